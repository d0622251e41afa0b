import { type ClaimRequest, defineTask, handle, type JobStore } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const other = defineTask({ type: "summarize" });

/** A handler that takes its time, and how many of its runs there are at once. */
function createGauge(wait: () => Promise<void>) {
  const gauge = { running: 0, most: 0, done: 0 };
  const run = async () => {
    gauge.running += 1;
    gauge.most = Math.max(gauge.most, gauge.running);
    await wait();
    gauge.running -= 1;
    gauge.done += 1;
  };
  return { gauge, run };
}

function createWatchedWorld(options: { silent?: boolean } = {}) {
  const claims: ClaimRequest[] = [];
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => ({
    ...store,
    supports: { ...store.supports, notifications: options.silent !== true },
    claim: (request) => {
      claims.push(request);
      return store.claim(request);
    },
  });
  return { ...createVirtualWorld({ wrap }), claims };
}

test("as many jobs run at once as the concurrency allows, and no more", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const { gauge, run } = createGauge(() => pass(clock, 1_000));
  const running = worker({ handlers: [handle(task, { run })], concurrency: 4 });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    task,
    Array.from({ length: 20 }, () => ({})),
  );
  await clock.runUntil(() => gauge.done === 20);
  expect(gauge.most).toBe(4);
  // Five rounds of four: a slot that is free is filled at once.
  expect(clock.monotonicMs()).toBe(5_000);
});

test("a claim asks for no more than the batch size and the free slots", async () => {
  const { clock, jobs, worker, claims } = createWatchedWorld();
  const { gauge, run } = createGauge(() => pass(clock, 1_000));
  const running = worker({ handlers: [handle(task, { run })], concurrency: 5, batchSize: 3 });
  await jobs.enqueueMany(
    task,
    Array.from({ length: 10 }, () => ({})),
  );
  await clock.finish(running.start());
  await clock.advance(500);
  expect(claims.map(({ limit }) => limit)).toEqual([3, 2]);
  await clock.runUntil(() => gauge.done === 10);
  expect(Math.max(...claims.map(({ limit }) => limit))).toBe(3);
});

test("dispatches are as far apart as the job delay says", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const startedAtMs: number[] = [];
  const running = worker({
    handlers: [handle(task, { run: () => void startedAtMs.push(clock.monotonicMs()) })],
    jobDelayMs: 700,
  });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{}, {}, {}, {}]);
  await clock.runUntil(() => startedAtMs.length === 4);
  expect(startedAtMs).toEqual([0, 700, 1_400, 2_100]);
});

test("a handler's own concurrency bounds its runs, and leaves the other slots to others", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const slow = createGauge(() => pass(clock, 1_000));
  const free = createGauge(() => pass(clock, 1_000));
  const running = worker({
    handlers: [handle(task, { concurrency: 2, run: slow.run }), handle(other, { run: free.run })],
    concurrency: 6,
  });
  await jobs.enqueueMany(
    task,
    Array.from({ length: 8 }, () => ({})),
  );
  await jobs.enqueueMany(
    other,
    Array.from({ length: 8 }, () => ({})),
  );
  await clock.finish(running.start());
  await clock.runUntil(() => slow.gauge.done === 8 && free.gauge.done === 8);
  expect(slow.gauge.most).toBe(2);
  expect(free.gauge.most).toBe(4);
});

test("the task type that is served first changes from claim to claim", async () => {
  const { clock, jobs, worker, claims } = createWatchedWorld();
  const order: string[] = [];
  const note = (type: string) => async () => {
    order.push(type);
    await pass(clock, 10);
  };
  const running = worker({
    handlers: [handle(task, { run: note("translate") }), handle(other, { run: note("summarize") })],
    concurrency: 1,
  });
  await jobs.enqueueMany(task, [{}, {}, {}]);
  await jobs.enqueueMany(other, [{}, {}, {}]);
  await clock.finish(running.start());
  await clock.runUntil(() => order.length === 6);
  expect(order.slice(0, 4).toSorted()).toEqual(["summarize", "summarize", "translate", "translate"]);
  expect(claims.slice(0, 2).map(({ tasks }) => tasks[0]?.taskType)).toEqual(["translate", "summarize"]);
});

test("a claimed job is held until the second renewal from then", async () => {
  const { clock, jobs, worker, claims } = createWatchedWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 1) })], leaseMs: 9_000 });
  await jobs.enqueue(task, {});
  await clock.finish(running.start());
  await clock.settle();
  expect(claims[0]?.leaseMs).toBe(6_000);
});

test("each claim has a number of its own", async () => {
  const { clock, jobs, worker, claims } = createWatchedWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 1) })], concurrency: 1 });
  await jobs.enqueueMany(task, [{}, {}, {}]);
  await clock.finish(running.start());
  await clock.advance(100);
  expect(new Set(claims.map(({ claimNonce }) => claimNonce)).size).toBe(claims.length);
});

test("an idle worker asks once per polling interval, and a job that nobody announced is found by then", async () => {
  const { clock, jobs, worker, claims } = createWatchedWorld({ silent: true });
  const { gauge, run } = createGauge(() => pass(clock, 1));
  const running = worker({ handlers: [handle(task, { run })], pollIntervalMs: 5_000 });
  await clock.finish(running.start());
  await clock.advance(100_000);
  expect(claims.length).toBeGreaterThanOrEqual(16); // up to a fifth later, so that a fleet does not ask in step
  expect(claims.length).toBeLessThanOrEqual(21);
  await jobs.enqueue(task, {});
  await clock.advance(6_001);
  expect(gauge.done).toBe(1);
});

test("a job that is announced is taken at once", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const { gauge, run } = createGauge(() => Promise.resolve());
  const running = worker({ handlers: [handle(task, { run })], pollIntervalMs: 3_600_000 });
  await clock.finish(running.start());
  await clock.advance(1_000);
  await jobs.enqueue(task, {});
  await clock.settle();
  expect(gauge.done).toBe(1);
});

test("the worker sleeps until the next job is due, or the next permit is there", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const startedAtMs: number[] = [];
  const gates = [{ key: "model:acme:main:mt-2", requestsPerMinute: 60 }];
  const running = worker({
    handlers: [handle(task, { gates, run: () => void startedAtMs.push(clock.monotonicMs()) })],
    pollIntervalMs: 3_600_000,
  });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{ delayMs: 700 }, { delayMs: 700 }]);
  await clock.runUntil(() => startedAtMs.length === 2);
  const [first = 0, second = 0] = startedAtMs;
  expect(first).toBe(700);
  expect(second - first).toBeGreaterThan(900);
  expect(second - first).toBeLessThan(1_100);
});

test("a window that was full is used again as soon as a run is committed", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const { gauge, run } = createGauge(() => pass(clock, 100));
  const gates = [{ key: "model:local:main:llama", maxInFlight: 1 }];
  const running = worker({ handlers: [handle(task, { gates, run })], pollIntervalMs: 3_600_000 });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{}, {}, {}]);
  await clock.runUntil(() => gauge.done === 3);
  expect(gauge.most).toBe(1);
  expect(clock.monotonicMs()).toBe(300);
});

test("a job that is announced while a claim is under way is not overlooked", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const slow: JobStore<Writes> = {
    ...store,
    claim: async (request) => {
      const claimed = await store.claim(request);
      await pass(clock, 100);
      return claimed;
    },
  };
  const { gauge, run } = createGauge(() => Promise.resolve());
  const running = worker({ store: slow, handlers: [handle(task, { run })], pollIntervalMs: 3_600_000 });
  await clock.finish(running.start());
  await clock.advance(50);
  await jobs.enqueue(task, {});
  await clock.advance(500);
  expect(gauge.done).toBe(1);
});
