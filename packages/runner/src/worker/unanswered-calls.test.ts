import { defineTask, handle, type JobStore } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, untilAborted, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const never = new Promise<never>(() => undefined);

type Call = "claim" | "renew" | "commit" | "maintain" | "putWorker" | "listen";

/** A world in which calls reach the store, and their answers do not come back before `lostForMs` have passed. */
function createHalfOpenWorld() {
  const line = { hanging: new Set<Call>(), lostForMs: Number.POSITIVE_INFINITY, hung: 0 };
  const world = createVirtualWorld({
    wrap: (store: JobStore<Writes>): JobStore<Writes> => {
      const halfOpen =
        <Args extends unknown[], Answer>(call: Call, ask: (...args: Args) => Promise<Answer>) =>
        async (...args: Args): Promise<Answer> => {
          const hangs = line.hanging.has(call);
          const answer = await ask(...args);
          if (!hangs) return answer;
          line.hung += 1;
          await (line.lostForMs === Number.POSITIVE_INFINITY ? never : pass(world.clock, line.lostForMs));
          return answer;
        };
      return {
        ...store,
        claim: halfOpen("claim", store.claim),
        renew: halfOpen("renew", store.renew),
        commit: halfOpen("commit", store.commit),
        maintain: halfOpen("maintain", store.maintain),
        putWorker: halfOpen("putWorker", store.putWorker),
        listen: halfOpen("listen", store.listen),
      };
    },
  });
  return { ...world, line };
}

const enqueueMany = (count: number) => Array.from({ length: count }, () => ({}));

test("a claim that is never answered is followed by another, and its jobs run when their lease is over", async () => {
  const { clock, jobs, worker, line, store } = createHalfOpenWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(running.start());
  await clock.advance(10);
  line.hanging.add("claim");
  await jobs.enqueueMany(task, enqueueMany(3));
  await clock.advance(10);
  line.hanging.clear();
  expect(line.hung).toBe(1);
  await clock.advance(60_000);
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "completed", count: 3 }]);
  expect(running.eventsOf("store-failed")).toMatchObject([
    { operation: "claim", error: { code: "no_answer" } },
  ]);
});

test("jobs of a claim that is answered too late are given back without an attempt, however many run by then", async () => {
  const { clock, jobs, worker, line, store } = createHalfOpenWorld();
  const gauge = { running: 0, most: 0 };
  const handler = handle(task, {
    run: async () => {
      gauge.running += 1;
      gauge.most = Math.max(gauge.most, gauge.running);
      await pass(clock, 5_000);
      gauge.running -= 1;
    },
  });
  const running = worker({ handlers: [handler], concurrency: 2, leaseMs: 3_000, maintenance: false });
  await clock.finish(running.start());
  await clock.advance(10);
  line.hanging.add("claim");
  line.lostForMs = 4_000;
  await jobs.enqueueMany(task, enqueueMany(6));
  await clock.advance(10);
  line.hanging.clear();
  await clock.advance(60_000);
  expect(gauge.most).toBe(2);
  const { jobs: all } = await store.listJobs({ limit: 10 });
  expect(all.map(({ status, attempts }) => [status, attempts])).toEqual(all.map(() => ["completed", 1]));
  expect(running.eventsOf("run-released")).toHaveLength(2);
});

test("a renewal that is never answered is sent again before the lease is over", async () => {
  const { clock, jobs, worker, line, job } = createHalfOpenWorld();
  const handler = handle(task, { run: () => pass(clock, 60_000) });
  const running = worker({ handlers: [handler], leaseMs: 15_000 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(4_000);
  line.hanging.add("renew");
  await clock.advance(2_000);
  line.hanging.clear();
  await clock.advance(60_000);
  expect(running.eventsOf("lease-lost")).toEqual([]);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
});

test("what a late answer to a renewal says is heard", async () => {
  const { clock, jobs, worker, line } = createHalfOpenWorld();
  const codes: string[] = [];
  const handler = handle(task, {
    run: async ({ signal }) => {
      await untilAborted(signal).catch(() => codes.push(signal.reason.code));
    },
  });
  const running = worker({ handlers: [handler], leaseMs: 15_000 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(1_000);
  line.hanging.add("renew");
  line.lostForMs = 6_000;
  await jobs.cancel(id);
  await clock.advance(6_500);
  expect(codes).toEqual(["cancelled"]);
});

test("a commit that took effect and is never answered is sent again, and answered from what is there", async () => {
  const { clock, jobs, worker, line, written, job } = createHalfOpenWorld();
  const handler = handle(task, { run: () => ({ save: (tx: Writes) => tx.push("once") }) });
  const plain = defineTask({ type: "plain" });
  const running = worker({ handlers: [handler, handle(plain, { run: () => undefined })] });
  await clock.finish(running.start());
  line.hanging.add("commit");
  const { id } = await jobs.enqueue(task, {});
  const { id: plainId } = await jobs.enqueue(plain, {});
  await clock.advance(10);
  line.hanging.clear();
  await clock.advance(31_000);
  expect(running.eventsOf("committed").map(({ job: { id } }) => id)).toEqual([plainId]);
  // A save is given time, as its transaction may still be going on.
  await clock.advance(300_000);
  expect(running.eventsOf("committed").map(({ job: { id } }) => id)).toEqual([plainId, id]);
  expect(written).toEqual(["once"]);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
});

test("upkeep that is never answered is done again", async () => {
  const { clock, worker, line } = createHalfOpenWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  line.hanging.add("maintain");
  await clock.finish(running.start());
  await clock.advance(10_000);
  line.hanging.clear();
  await clock.advance(120_000);
  expect(running.eventsOf("maintained").length).toBeGreaterThan(0);
});

test("a call that hangs among others that are answered is no outage", async () => {
  const { clock, jobs, worker, line } = createHalfOpenWorld();
  const running = worker({
    handlers: [handle(task, { run: () => undefined })],
    leaseMs: 15_000,
    maintenance: { intervalMs: 500 },
  });
  await clock.finish(running.start());
  line.hanging.add("commit");
  await jobs.enqueue(task, {});
  await clock.advance(100);
  line.hanging.clear();
  await clock.advance(29_000);
  const before = running.eventsOf("maintained").length;
  await clock.advance(10_000);
  expect(running.eventsOf("committed")).toHaveLength(1);
  expect(running.eventsOf("maintained").length - before).toBeGreaterThan(10);
});

test("a start whose store does not answer fails, and what comes late of it is undone", async () => {
  const { clock, worker, line, store } = createHalfOpenWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  line.hanging.add("putWorker");
  line.lostForMs = 40_000;
  const start = running.start();
  start.catch(() => undefined);
  await clock.advance(16_000);
  await expect(start).rejects.toMatchObject({ code: "no_answer" });
  expect(running.status.phase).toBe("stopped");
  await clock.advance(30_000);
  expect(await store.listWorkers()).toEqual([]);
  line.hanging.clear();
  await clock.finish(running.start());
  expect(await store.listWorkers()).toHaveLength(1);
});

test("a stop ends although nothing is answered any more", async () => {
  const { clock, jobs, worker, line } = createHalfOpenWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 1_000) })], concurrency: 2 });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, enqueueMany(5));
  await clock.advance(500);
  for (const call of ["claim", "renew", "commit", "maintain"] as const) line.hanging.add(call);
  await clock.advance(2_000);
  const askedAtMs = clock.monotonicMs();
  await clock.finish(running.stop({ graceMs: 1_000 }));
  expect(clock.monotonicMs() - askedAtMs).toBeLessThanOrEqual(1_000 + 2_000 + 3 * 15_000);
  expect(running.status.phase).toBe("stopped");
});

test("a stop keeps its word, to the ms, when nothing is answered any more, the farewell included", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const line = { isCut: false };
  const cut = <Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) => {
    return (...args: Args): Promise<Answer> => (line.isCut ? never : ask(...args));
  };
  const halfOpen: JobStore<Writes> = {
    ...store,
    claim: cut(store.claim),
    renew: cut(store.renew),
    commit: cut(store.commit),
    removeWorker: cut(store.removeWorker),
    listen: async (onWake) => cut(await store.listen(onWake)),
  };
  const running = worker({ store: halfOpen, handlers: [handle(task, { run: () => pass(clock, 1_000) })] });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(500);
  line.isCut = true;
  await clock.finish(running.stop({ graceMs: 2_000 }));
  expect(clock.monotonicMs() - 500).toBeLessThanOrEqual(2_000 + 2_000 + 15_000);
});
