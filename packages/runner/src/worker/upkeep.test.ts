import { defineTask, handle } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const handlers = [handle(task, { run: () => ({ result: "done" }) })];

test("a job whose worker died is taken back and run by another", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const { id } = await jobs.enqueue(task, {});
  const tasks = [{ taskType: "translate", limit: 1 }];
  await store.claim({ workerId: "dead", claimNonce: 1, leaseMs: 15_000, limit: 1, tasks });
  const running = worker({ handlers, pollIntervalMs: 3_600_000 });
  await clock.finish(running.start());
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(clock.monotonicMs()).toBeLessThan(15_000 + 10_000);
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

test("workers do their upkeep at different times, and only if they are asked to", async () => {
  const { clock, worker } = createVirtualWorld();
  const workers = [worker({ handlers }), worker({ handlers }), worker({ handlers, maintenance: false })];
  for (const each of workers) await clock.finish(each.start());
  await clock.advance(60_000);
  const [one = 0, other = 0, none = 0] = workers.map((each) => each.eventsOf("maintained").length);
  expect(none).toBe(0);
  for (const steps of [one, other]) {
    expect(steps).toBeGreaterThanOrEqual(8);
    expect(steps).toBeLessThanOrEqual(24);
  }
});
