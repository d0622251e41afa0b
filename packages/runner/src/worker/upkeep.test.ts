import { claimLeaseMs, defineTask, handle } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const handlers = [handle(task, { run: () => ({ result: "done" }) })];

test("a job whose worker died is taken back by the next that starts, at once if the lease is over by then", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const { id } = await jobs.enqueue(task, {});
  const tasks = [{ taskType: "translate", limit: 1 }];
  await store.claim({ workerId: "dead", claimNonce: 1, leaseMs: 15_000, limit: 1, tasks });
  await clock.advance(60_000);
  const running = worker({ handlers, pollIntervalMs: 3_600_000 });
  await clock.finish(running.start());
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(clock.monotonicMs()).toBeLessThan(60_300);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 2 });
});

test("jobs past their deadline are ended, a full step is followed by the next at once", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  await jobs.enqueueMany(
    task,
    Array.from({ length: 25 }, () => ({ delayMs: 86_400_000, deadlineMs: 1_000 })),
  );
  const running = worker({ handlers, maintenance: { intervalMs: 5_000, limit: 10 } });
  await clock.finish(running.start());
  await clock.advance(1_000);
  await clock.runUntil(() => running.eventsOf("maintained").some(({ answer }) => answer.expired === 10));
  const firstAtMs = clock.monotonicMs();
  await clock.runUntil(() => running.eventsOf("maintained").some(({ answer }) => answer.expired === 5));
  expect(clock.monotonicMs() - firstAtMs).toBe(100);
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "failed_ai", count: 25 }]);
});

test("busy workers do their upkeep at different times, and only if they are asked to", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const busy = [handle(task, { run: () => pass(clock, 70_000) })];
  const workers = [
    worker({ handlers: busy }),
    worker({ handlers: busy }),
    worker({ handlers: busy, maintenance: false }),
  ];
  await jobs.enqueueMany(
    task,
    Array.from({ length: 30 }, () => ({})),
  );
  for (const each of workers) await clock.finish(each.start());
  await clock.advance(60_000);
  const [one = 0, other = 0, none = 0] = workers.map((each) => each.eventsOf("maintained").length);
  expect(none).toBe(0);
  for (const steps of [one, other]) {
    expect(steps).toBeGreaterThanOrEqual(8);
    expect(steps).toBeLessThanOrEqual(24);
  }
});

test("an idle worker asks its store no more than one thing per polling interval, upkeep and signs of life included", async () => {
  const { clock, worker, store } = createVirtualWorld();
  const calls: string[] = [];
  const counted = (name: "claim" | "renew" | "maintain" | "putWorker") => ({
    [name]: (request: never) => {
      calls.push(name);
      return store[name](request);
    },
  });
  const running = worker({
    store: Object.assign({}, store, ...(["claim", "renew", "maintain", "putWorker"] as const).map(counted)),
    handlers,
  });
  await clock.finish(running.start());
  await clock.advance(10_000);
  calls.splice(0);
  await clock.advance(1_200_000);
  const upkeeps = calls.filter((name) => name === "maintain").length;
  // A step of upkeep is a dozen statements, once in twenty minutes.
  expect(calls.length - upkeeps + 12 * upkeeps).toBeLessThanOrEqual(1_200_000 / 5_000);
  expect(calls).not.toContain("renew");
  expect(upkeeps).toBeGreaterThanOrEqual(1);
  const [record] = await store.listWorkers();
  expect((record?.seenAt ?? 0) + (record?.liveForMs ?? 0)).toBeGreaterThan(await store.now());
});

test.each([
  ["an idle worker", 0, 15_000],
  ["a busy worker", 1, 15_000],
  ["a busy worker with a short lease", 1, 2_000],
])(
  "%s takes the job of a worker that died right after the claim back as soon as its lease is over",
  async (_, busyJobs, leaseMs) => {
    const { clock, jobs, worker, store } = createVirtualWorld();
    const other = defineTask({ type: "other" });
    const running = worker({
      handlers: [...handlers, handle(other, { run: () => pass(clock, 120_000) })],
      leaseMs,
    });
    if (busyJobs > 0) await jobs.enqueue(other, {});
    await clock.finish(running.start());
    await clock.advance(30_000);
    const { id } = await jobs.enqueue(task, {});
    const tasks = [{ taskType: "translate", limit: 1 }];
    const { jobs: taken } = await store.claim({
      workerId: "dead",
      claimNonce: 1,
      leaseMs: claimLeaseMs(leaseMs),
      limit: 1,
      tasks,
    });
    expect(taken).toHaveLength(1);
    const claimedAtMs = clock.monotonicMs();
    await clock.runUntil(() => running.eventsOf("committed").some(({ job }) => job.id === id));
    expect(clock.monotonicMs() - claimedAtMs).toBeLessThan(claimLeaseMs(leaseMs) + 300);
  },
);
