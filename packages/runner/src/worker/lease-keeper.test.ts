import { defineTask, handle, type JobStore } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, untilAborted, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const silent = { maintenance: false } as const;

test("a job that runs for many leases stays with its worker", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 100_000) })], leaseMs: 3_000 });
  const other = worker({ handlers: [handle(task, { run: () => undefined })], leaseMs: 3_000 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(10);
  await clock.finish(other.start());
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1, leaseNo: 2 });
});

test("one statement renews all runs of a worker, those too that wait to be committed", async () => {
  const fences: number[] = [];
  let isDown = false;
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => ({
    ...store,
    renew: (request) => {
      fences.push(request.fences.length);
      return store.renew(request);
    },
    commit: async (runs) => {
      if (isDown) throw new Error("no connection");
      return await store.commit(runs);
    },
  });
  const { clock, jobs, worker } = createVirtualWorld({ wrap });
  const handler = handle(task, { run: ({ job }) => pass(clock, job.priority) });
  const running = worker({ ...silent, handlers: [handler], leaseMs: 3_000 });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{ priority: 500 }, { priority: 4_000 }, { priority: 4_000 }]);
  await clock.advance(10);
  isDown = true;
  await clock.advance(3_500);
  expect(fences.slice(0, 3)).toEqual([3, 3, 3]);
  isDown = false;
  await clock.advance(30_000);
  expect(running.eventsOf("committed")).toHaveLength(3);
  expect(running.eventsOf("fenced-off")).toEqual([]);
});

/** A worker whose claims and renewals can be cut off, and one that takes over what it loses. */
async function createRivals(run: Parameters<typeof handle<undefined, undefined, never, Writes>>[1]["run"]) {
  const world = createVirtualWorld();
  const { clock, store, worker } = world;
  const line = { isCut: false, commits: 0 };
  const cut: JobStore<Writes> = {
    ...store,
    renew: async (request) => {
      if (line.isCut) throw new Error("no connection");
      return await store.renew(request);
    },
    claim: async (request) => {
      if (line.isCut) throw new Error("no connection");
      return await store.claim(request);
    },
    commit: (runs) => {
      line.commits += 1;
      return store.commit(runs);
    },
  };
  const options = { leaseMs: 3_000, pollIntervalMs: 100 };
  const loser = worker({ ...options, ...silent, store: cut, handlers: [handle(task, { run })] });
  const quick = handle(task, { run: () => ({ save: (tx: Writes) => tx.push("quick") }) });
  const winner = worker({ ...options, maintenance: { intervalMs: 10 }, handlers: [quick] });
  await clock.finish(loser.start());
  const { id } = await world.jobs.enqueue(task, {});
  await clock.advance(10);
  await clock.finish(winner.start());
  return { ...world, line, loser, winner, id };
}

test("a run whose job was taken back is told so, and its result is not written", async () => {
  const codes: string[] = [];
  const { clock, line, loser, winner, written, job, id } = await createRivals(async ({ signal }) => {
    await untilAborted(signal).catch(() => codes.push(signal.reason.code));
    return { save: (tx: Writes) => tx.push("slow") };
  });
  line.isCut = true;
  await clock.runUntil(() => winner.eventsOf("committed").length === 1);
  line.isCut = false;
  await clock.advance(3_000);
  expect(codes).toEqual(["lease-lost"]);
  expect(loser.eventsOf("lease-lost")).toHaveLength(1);
  expect(loser.eventsOf("fenced-off")).toMatchObject([{ answer: "fenced-off" }]);
  expect(line.commits).toBe(0);
  expect(written).toEqual(["quick"]);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 2 });
});

test("a run that ends before it hears of its lost lease is fenced off by the store", async () => {
  let end: () => void = () => undefined;
  const { clock, line, loser, winner, written } = await createRivals(async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return { save: (tx: Writes) => tx.push("slow") };
  });
  line.isCut = true;
  await clock.runUntil(() => winner.eventsOf("committed").length === 1);
  end();
  await clock.settle();
  expect(loser.eventsOf("fenced-off")).toHaveLength(1);
  expect(written).toEqual(["quick"]);
});

test("renewals that fail do not stop a run: nobody has taken its job yet", async () => {
  const { clock, jobs, worker, job, store } = createVirtualWorld();
  let isDown = false;
  const shaky: JobStore<Writes> = {
    ...store,
    renew: async (request) => {
      if (isDown) throw new Error("no connection");
      return await store.renew(request);
    },
  };
  const running = worker({
    ...silent,
    store: shaky,
    handlers: [handle(task, { run: () => pass(clock, 20_000) })],
  });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(10);
  isDown = true;
  await clock.advance(18_000);
  isDown = false;
  await clock.advance(3_000);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
  expect(running.eventsOf("run-aborted")).toEqual([]);
});

test("a process that stood still for longer than a lease asks the store what it has lost", async () => {
  const codes: string[] = [];
  const { clock, jobs, worker, store } = createVirtualWorld();
  const handler = handle(task, {
    run: async ({ signal }) => {
      await untilAborted(signal).catch(() => codes.push(signal.reason.code));
    },
  });
  const running = worker({ ...silent, handlers: [handler], leaseMs: 3_000 });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(10);
  clock.stall(10_000);
  await store.maintain({
    limit: 10,
    policy: { backoff: { baseMs: 60_000, maxMs: 60_000 }, maxDeferredMs: 1 },
  });
  await clock.advance(10);
  expect(running.eventsOf("stalled")).toMatchObject([{ forMs: 10_010 }]);
  expect(codes).toEqual(["lease-lost"]);
});

test("jobs whose claim was answered later than a lease lasts are not begun", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  let isSlow = true;
  const slow: JobStore<Writes> = {
    ...store,
    claim: async (request) => {
      const claimed = await store.claim(request);
      if (isSlow) await pass(clock, 3_000);
      isSlow = false;
      return claimed;
    },
  };
  const starts: number[] = [];
  const handler = handle(task, { run: () => void starts.push(clock.monotonicMs()) });
  const running = worker({ ...silent, store: slow, handlers: [handler], leaseMs: 3_000 });
  const { id } = await jobs.enqueue(task, {});
  await clock.finish(running.start());
  await clock.advance(3_200);
  expect(running.eventsOf("run-released")).toHaveLength(1);
  expect(starts).toHaveLength(1);
  expect(starts[0]).toBeGreaterThan(3_000);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
});

test.each([
  ["hears of it at once", true],
  ["hears of it with the next renewal", false],
])("a run that is cancelled %s", async (_, notifications) => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const handler = handle(task, { run: async ({ signal }) => await untilAborted(signal) });
  const running = worker({
    store: { ...store, supports: { ...store.supports, notifications } },
    handlers: [handler],
    pollIntervalMs: 100,
    leaseMs: 15_000,
  });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(1_000);
  await jobs.cancel(id);
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(clock.monotonicMs()).toBe(notifications ? 1_000 : 5_000);
  expect(await job(id)).toMatchObject({ status: "cancelled" });
  expect(running.eventsOf("run-cancelled")).toHaveLength(1);
});

test("a cancelled run that succeeds all the same is completed", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const handler = handle(task, {
    run: async () => {
      await pass(clock, 1_000);
      return { result: "paid for" };
    },
  });
  const running = worker({ handlers: [handler] });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(10);
  await jobs.cancel(id);
  await clock.advance(1_000);
  expect(await job(id)).toMatchObject({ status: "completed", result: "paid for" });
});

test("an idle worker stays known as live, with few signs of life", async () => {
  const signs: number[] = [];
  const { clock, worker, store } = createVirtualWorld();
  const counted: JobStore<Writes> = {
    ...store,
    renew: (request) => {
      signs.push(clock.monotonicMs());
      return store.renew(request);
    },
  };
  const running = worker({ store: counted, handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(running.start());
  await clock.advance(300_000);
  expect(signs.length).toBeLessThanOrEqual(30);
  const [record] = await store.listWorkers();
  const now = await store.now();
  expect((record?.seenAt ?? 0) + (record?.liveForMs ?? 0)).toBeGreaterThan(now);
});

test("a cancel that comes while a renewal is under way is heard when that is over", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const slow: JobStore<Writes> = {
    ...store,
    renew: async (request) => {
      const answers = await store.renew(request);
      await pass(clock, 400);
      return answers;
    },
  };
  const handler = handle(task, { run: async ({ signal }) => await untilAborted(signal) });
  const running = worker({ ...silent, store: slow, handlers: [handler] });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(5_100);
  await jobs.cancel(id);
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(clock.monotonicMs()).toBe(5_800);
  expect(await job(id)).toMatchObject({ status: "cancelled" });
});

test("a job whose claim was answered late is renewed at once, before another worker can take it", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  let isSlow = false;
  const slow: JobStore<Writes> = {
    ...store,
    claim: async (request) => {
      const claimed = await store.claim(request);
      if (isSlow && claimed.jobs.length > 0) await pass(clock, 8_000);
      return claimed;
    },
  };
  const running = worker({
    ...silent,
    store: slow,
    handlers: [handle(task, { run: () => pass(clock, 30_000) })],
  });
  await clock.finish(running.start());
  // Its renewals come at 5, 10, 15 and 20 s; the answer at 16 s, and the lease is over at 18 s.
  await clock.advance(8_000);
  isSlow = true;
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(1_000);
  isSlow = false;
  const other = worker({ handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(other.start());
  await clock.advance(60_000);
  expect(running.eventsOf("lease-lost")).toEqual([]);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
});

test("a renewal that fails is tried again within a fifth of the interval while jobs are held", async () => {
  const asked: number[] = [];
  const { clock, jobs, worker, store } = createVirtualWorld();
  const broken: JobStore<Writes> = {
    ...store,
    renew: async () => {
      asked.push(clock.monotonicMs());
      throw new Error("no connection");
    },
  };
  const running = worker({
    ...silent,
    store: broken,
    handlers: [handle(task, { run: () => pass(clock, 60_000) })],
  });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(40_000);
  const waits = asked.slice(1).map((atMs, index) => atMs - (asked[index] ?? 0));
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
});

test("an idle worker whose store has failed gives its next sign of life an interval later: somebody must find out", async () => {
  const { clock, worker, store } = createVirtualWorld();
  let isBroken = false;
  const signs: number[] = [];
  const shaky: JobStore<Writes> = {
    ...store,
    renew: (request) => {
      signs.push(clock.monotonicMs());
      return store.renew(request);
    },
    maintain: async (request) => {
      if (isBroken) throw new Error("no connection");
      return await store.maintain(request);
    },
  };
  const running = worker({
    store: shaky,
    handlers: [handle(task, { run: () => undefined })],
    pollIntervalMs: 3_600_000,
    maintenance: { intervalMs: 100 },
  });
  await clock.finish(running.start());
  await clock.runUntil(() => signs.length === 1);
  isBroken = true;
  await clock.runUntil(() => signs.length === 2);
  expect((signs[1] ?? 0) - (signs[0] ?? 0)).toBe(5_000);
});
