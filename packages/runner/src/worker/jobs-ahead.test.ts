import {
  type ClaimRequest,
  defineTask,
  handle,
  type JobStore,
  RateLimitedError,
  type RenewAnswer,
} from "@sluice/core";
import { expect, test } from "vitest";
import type { ObservedWorker } from "../../test/virtual-world.js";
import { createVirtualWorld, pass, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const other = defineTask({ type: "summarize" });

/** A world whose store takes a ms for a claim and one for a commit. */
function createFastWorld() {
  const claims: ClaimRequest[] = [];
  const world = createVirtualWorld({
    wrap: (store: JobStore<Writes>): JobStore<Writes> => ({
      ...store,
      claim: async (request) => {
        claims.push(request);
        await pass(world.clock, 1);
        return await store.claim(request);
      },
      commit: async (runs) => {
        await pass(world.clock, 1);
        return await store.commit(runs);
      },
    }),
  });
  return { ...world, claims };
}

const manyOf = (count: number) => Array.from({ length: count }, () => ({}));

/** How many jobs have been claimed, and neither begun nor given back. */
function watchHeld(running: ObservedWorker): () => number {
  let held = 0;
  running.on("claimed", () => {
    held += 1;
  });
  running.on("run-started", () => {
    held -= 1;
  });
  running.on("run-released", () => {
    held -= 1;
  });
  return () => held;
}

test("a worker whose jobs take no time claims some ahead, and still runs no more at once than it has slots", async () => {
  const { clock, jobs, worker, claims, store } = createFastWorld();
  let most = 0;
  let at = 0;
  const run = async () => {
    at += 1;
    most = Math.max(most, at);
    await pass(clock, 1);
    at -= 1;
  };
  await jobs.enqueueMany(task, manyOf(1_500));
  const running = worker({ handlers: [handle(task, { run })], concurrency: 10 });
  await clock.finish(running.start());
  await clock.runUntil(() => running.eventsOf("committed").length === 1_500);
  expect(most).toBe(10);
  expect(Math.max(...claims.map(({ limit }) => limit))).toBeGreaterThan(10);
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "completed", count: 1_500 }]);
  expect(running.eventsOf("run-released")).toEqual([]);
});

test("it holds what it runs in ten ms by its own measure, and no more", async () => {
  const { clock, jobs, worker } = createFastWorld();
  await jobs.enqueueMany(task, manyOf(3_000));
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 1) })], concurrency: 10 });
  const held = watchHeld(running);
  let most = 0;
  running.on("claimed", () => {
    most = Math.max(most, held());
  });
  await clock.finish(running.start());
  await clock.runUntil(() => running.eventsOf("committed").length === 3_000);
  // Ten slots, a ms for each job: ten jobs per ms. The jobs of a claim are all claimed before the first of them begins.
  expect(most).toBeGreaterThan(80);
  expect(most).toBeLessThanOrEqual(110);
});

test.each([
  ["take their time", { run: 100 }, {}],
  [
    "pass a gate with a budget",
    { run: 1, gates: [{ key: "model:acme:main:mt", requestsPerMinute: 1e6 }] },
    {},
  ],
  [
    "pass a gate that may learn its rate",
    { run: 1, gates: [{ key: "model:acme:main:mt", learn: true }] },
    {},
  ],
  ["pass a gate with a window", { run: 1, gates: [{ key: "task:translate", maxInFlight: 50 }] }, {}],
  ["have a concurrency of their own", { run: 1, concurrency: 5 }, {}],
  ["are spaced out", { run: 1 }, { jobDelayMs: 1 }],
])("nothing is claimed ahead of jobs that %s", async (_, { run: workMs, ...options }, settings) => {
  const { clock, jobs, worker, claims } = createFastWorld();
  await jobs.enqueueMany(task, manyOf(500));
  const handler = handle(task, { ...options, run: () => pass(clock, workMs) });
  const running = worker({ handlers: [handler], concurrency: 10, ...settings });
  await clock.finish(running.start());
  await clock.advance(1_000);
  expect(Math.max(...claims.map(({ limit }) => limit))).toBeLessThanOrEqual(10);
});

/** A worker in full swing, with jobs held ahead. */
async function createBusyWorker(isSlow = () => false, isRefused = () => false) {
  const world = createFastWorld();
  const { clock, jobs, worker } = world;
  const run = async () => {
    if (isRefused()) throw new RateLimitedError({ waitMs: 1_000 });
    await pass(clock, isSlow() ? 30_000 : 0.2);
  };
  await jobs.enqueueMany(task, manyOf(2_500));
  const running = worker({ handlers: [handle(task, { run })], concurrency: 10 });
  const held = watchHeld(running);
  await clock.finish(running.start());
  await clock.runUntil(() => held() > 20);
  return { ...world, running, held };
}

test("what is held ahead is given back on stop, without an attempt", async () => {
  const { clock, store, running, held } = await createBusyWorker();
  await clock.finish(running.stop());
  const { length: released } = running.eventsOf("run-released");
  expect(released).toBeGreaterThan(20);
  expect(held()).toBe(0);
  const page = await store.listJobs({ statuses: ["pending"], limit: 1_000 });
  expect(page.jobs.every(({ attempts, deferrals }) => attempts === 0 && deferrals === 0)).toBe(true);
  const { length: completed } = running.eventsOf("run-succeeded");
  expect(await store.countJobs()).toEqual([
    { taskType: "translate", status: "pending", count: 2_500 - completed },
    { taskType: "translate", status: "completed", count: completed },
  ]);
});

test("what is held ahead is given back when an operator pauses its gate", async () => {
  const { clock, jobs, running, held } = await createBusyWorker();
  const before = running.eventsOf("run-started").length;
  await jobs.pause(task);
  await clock.advance(1_000);
  expect(running.eventsOf("run-released").length).toBeGreaterThan(20);
  expect(running.eventsOf("run-started").length - before).toBeLessThanOrEqual(20);
  expect(held()).toBe(0);
});

test("a refusal gives back what is held ahead, and nothing is held any more", async () => {
  let isRefused = false;
  const { clock, claims, running, jobs } = await createBusyWorker(
    () => false,
    () => isRefused,
  );
  isRefused = true;
  await clock.advance(100);
  expect(running.eventsOf("run-released").length).toBeGreaterThan(20);
  isRefused = false;
  const before = claims.length;
  await jobs.openGate(task);
  await clock.advance(200);
  expect(claims.length).toBeGreaterThan(before);
  expect(Math.max(...claims.slice(before).map(({ limit }) => limit))).toBeLessThanOrEqual(10);
});

test("what has waited for a slot for 100 ms is given back: the handlers have become slow", async () => {
  let isSlow = false;
  const { clock, running, held } = await createBusyWorker(() => isSlow);
  isSlow = true;
  await clock.advance(110);
  expect(held()).toBe(0);
  expect(running.eventsOf("run-released").length).toBeGreaterThan(20);
});

test("jobs that a dead worker held ahead run in another when their lease is over", async () => {
  const { clock, jobs, store, worker } = createFastWorld();
  await jobs.enqueueMany(task, manyOf(2_000));
  let isDead = false;
  const handlers = [handle(task, { run: () => pass(clock, 0.2) })];
  const mortal = worker({
    handlers,
    concurrency: 10,
    clock: { ...clock, schedule: (ms, run) => clock.schedule(ms, () => (isDead ? undefined : run())) },
    leaseMs: 3_000,
  });
  const held = watchHeld(mortal);
  await clock.finish(mortal.start());
  await clock.runUntil(() => held() > 20);
  isDead = true;
  const survivor = worker({ handlers, concurrency: 10, leaseMs: 3_000 });
  await clock.finish(survivor.start());
  await clock.advance(60_000);
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "completed", count: 2_000 }]);
});

/** A worker with jobs held ahead, and a say in what the store answers about those that have not begun. */
async function createRenewingWorker(answerUnbegun: (renewed: RenewAnswer, index: number) => RenewAnswer) {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const renewed: number[] = [];
  const begun = new Set<string>();
  const told = new Set<string>();
  const watched: JobStore<Writes> = {
    ...store,
    claim: async (request) => {
      await pass(clock, 1);
      return await store.claim(request);
    },
    renew: async (request) => {
      renewed.push(request.fences.length);
      const answers = await store.renew(request);
      const unbegun = request.fences.filter(({ jobId }) => !begun.has(jobId) && !told.has(jobId));
      return answers.map((answer, index) => {
        const { jobId } = request.fences[index] ?? { jobId: "" };
        const place = unbegun.findIndex((fence) => fence.jobId === jobId);
        const changed = place === -1 ? answer : answerUnbegun(answer, place);
        if (changed !== answer) told.add(jobId);
        return changed;
      });
    },
  };
  await jobs.enqueueMany(task, manyOf(2_500));
  const running = worker({
    store: watched,
    handlers: [handle(task, { run: () => pass(clock, 0.2) })],
    concurrency: 10,
    leaseMs: 100,
    maintenance: false,
  });
  running.on("run-started", ({ job }) => begun.add(job.id));
  const held = watchHeld(running);
  await clock.finish(running.start());
  await clock.runUntil(() => held() > 20);
  await clock.advance(200);
  return { running, renewed, begun, told };
}

test("what is held ahead is renewed with the rest", async () => {
  const { renewed } = await createRenewingWorker((answer) => answer);
  expect(Math.max(...renewed)).toBeGreaterThan(20);
});

test.each([
  ["cancel-requested", "run-cancelled"],
  ["lost", "lease-lost"],
] as const)("what is held ahead and %s is not begun", async (answer, event) => {
  const { running, begun, told } = await createRenewingWorker((renewed, place) =>
    place === 0 ? answer : renewed,
  );
  expect(told.size).toBeGreaterThan(0);
  expect([...told].filter((id) => begun.has(id))).toEqual([]);
  expect(new Set(running.eventsOf(event).map(({ job }) => job.id))).toEqual(told);
});

test("a worker that also has a task behind a gate holds nothing ahead", async () => {
  const { clock, jobs, worker, claims } = createFastWorld();
  await jobs.enqueueMany(task, manyOf(2_000));
  const running = worker({
    handlers: [
      handle(task, { run: () => pass(clock, 1) }),
      handle(other, { gates: [{ key: "model:acme:main:mt" }], run: () => pass(clock, 1) }),
    ],
    concurrency: 10,
  });
  await clock.finish(running.start());
  await clock.advance(500);
  expect(Math.max(...claims.map(({ limit }) => limit))).toBeLessThanOrEqual(10);
});
