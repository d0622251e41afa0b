import { defineTask, type EndedRun, handle, type JobStore, RateLimitedError } from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { createVirtualWorld, pass, type Writes } from "../../test/virtual-world.js";

const plain = defineTask({ type: "plain", payload: z.object({ ms: z.number() }) });
const saving = defineTask({ type: "saving", payload: z.object({ saveMs: z.number() }) });

/** A world in which commits take as long as the caller says, and are seen. */
function createSlowWorld(msOf: (runs: readonly EndedRun<Writes>[]) => number) {
  const commits: { readonly atMs: number; readonly runs: readonly EndedRun<Writes>[] }[] = [];
  const gauge = { saves: 0, most: 0 };
  const world = createVirtualWorld({
    wrap: (store: JobStore<Writes>): JobStore<Writes> => ({
      ...store,
      commit: async (runs) => {
        const saves = runs.filter(({ save }) => save !== null).length;
        commits.push({ atMs: world.clock.monotonicMs(), runs });
        gauge.saves += saves;
        gauge.most = Math.max(gauge.most, gauge.saves);
        await pass(world.clock, msOf(runs));
        gauge.saves -= saves;
        return await store.commit(runs);
      },
    }),
  });
  return { ...world, commits, gauge };
}

const plainHandler = (clock: { schedule: (ms: number, run: () => void) => unknown }) =>
  handle(plain, {
    run: ({ payload }) => new Promise<void>((resolve) => clock.schedule(payload.ms, resolve)),
  });
const savingHandler = handle(saving, { run: ({ job }) => ({ save: (tx: Writes) => tx.push(job.id) }) });
const hasSave = (runs: readonly EndedRun<Writes>[]) => runs.some(({ save }) => save !== null);

test("a slow save holds up no other end", async () => {
  const { clock, jobs, worker, written } = createSlowWorld((runs) => (hasSave(runs) ? 20_000 : 1));
  const running = worker({ handlers: [plainHandler(clock), savingHandler], concurrency: 4 });
  await clock.finish(running.start());
  await jobs.enqueue(saving, { payload: { saveMs: 0 } });
  await clock.advance(10);
  await jobs.enqueueMany(
    plain,
    Array.from({ length: 40 }, () => ({ payload: { ms: 100 } })),
  );
  await clock.advance(1_200);
  expect(running.eventsOf("committed")).toHaveLength(40);
  expect(written).toEqual([]);
  await clock.advance(20_000);
  expect(written).toHaveLength(1);
});

test("saves are committed beside each other, each by itself, and no more at once than connections are meant for them", async () => {
  const { clock, jobs, worker, commits, gauge, written } = createSlowWorld(() => 1_000);
  const running = worker({ handlers: [savingHandler], concurrency: 20, saveConcurrency: 3 });
  await jobs.enqueueMany(
    saving,
    Array.from({ length: 12 }, () => ({ payload: { saveMs: 0 } })),
  );
  await clock.finish(running.start());
  await clock.runUntil(() => written.length === 12);
  expect(gauge.most).toBe(3);
  expect(commits.every(({ runs }) => runs.length === 1)).toBe(true);
  expect(clock.monotonicMs()).toBe(4_000);
});

test("a single end is committed at once, and what ends meanwhile goes together with the next commit", async () => {
  const { clock, jobs, worker, commits } = createSlowWorld(() => 50);
  const running = worker({ handlers: [plainHandler(clock)], concurrency: 10 });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    plain,
    [5, 10, 20, 30].map((ms) => ({ payload: { ms } })),
  );
  await clock.advance(500);
  expect(commits.map(({ atMs, runs }) => [atMs, runs.length])).toEqual([
    [5, 1],
    [55, 3],
  ]);
});

test("a closing does not wait for the commits before it", async () => {
  const { clock, jobs, worker, store } = createSlowWorld((runs) =>
    runs.some(({ outcome }) => outcome.type === "rate_limited") ? 1 : 5_000,
  );
  const refused = defineTask({ type: "refused" });
  const refusing = handle(refused, {
    gates: [{ key: "model:acme:main:mt-2" }],
    run: async () => {
      await pass(clock, 100);
      throw new RateLimitedError({ waitMs: 60_000 });
    },
  });
  const running = worker({ handlers: [plainHandler(clock), savingHandler, refusing] });
  await clock.finish(running.start());
  await jobs.enqueue(plain, { payload: { ms: 10 } });
  await jobs.enqueue(saving, { payload: { saveMs: 0 } });
  await jobs.enqueue(refused, {});
  await clock.advance(150);
  const gates = await store.listGates();
  expect(gates.find(({ key }) => key.startsWith("model:"))?.closing).toMatchObject({
    reason: "rate_limited",
  });
});

test("a task whose saves are slow is taken on no faster than they are written; other tasks go on", async () => {
  const { clock, jobs, worker, store } = createSlowWorld((runs) => (hasSave(runs) ? 10_000 : 1));
  const running = worker({
    handlers: [plainHandler(clock), savingHandler],
    concurrency: 10,
    saveConcurrency: 2,
  });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    saving,
    Array.from({ length: 200 }, () => ({ payload: { saveMs: 0 } })),
  );
  await clock.advance(1_000);
  // As many as there are slots wait, and one claim of as many may come on top; two are being written.
  expect(running.status.uncommitted).toBeLessThanOrEqual(22);
  await jobs.enqueueMany(
    plain,
    Array.from({ length: 50 }, () => ({ payload: { ms: 1 } })),
  );
  await clock.advance(1_000);
  const counts = await store.countJobs({ taskType: "plain" });
  expect(counts).toEqual([{ taskType: "plain", status: "completed", count: 50 }]);
});

test("a save that cannot be written is written down as a failure, and holds up no other save", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const poisoned = new Set<string>();
  const picky: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      if (runs.some(({ job: { id }, save }) => save !== null && poisoned.has(id)))
        throw new Error("bad save");
      return await store.commit(runs);
    },
  };
  const running = worker({ store: picky, handlers: [savingHandler], saveConcurrency: 1 });
  await clock.finish(running.start());
  const { ids } = await jobs.enqueueMany(
    saving,
    Array.from({ length: 5 }, () => ({ payload: { saveMs: 0 }, maxAttempts: 1 })),
  );
  poisoned.add(ids[0] ?? "");
  await clock.runUntil(() => running.eventsOf("committed").length === 4);
  expect(clock.monotonicMs()).toBeLessThan(2_000);
  await jobs.enqueueMany(
    saving,
    Array.from({ length: 30 }, (_, n) => ({ payload: { saveMs: 0 }, delayMs: n * 2_000 })),
  );
  await clock.runUntil(() => running.eventsOf("committed").length === 35);
  expect(await job(ids[0] ?? "")).toMatchObject({
    status: "failed_ai",
    lastFailure: { name: "CommitFailed", message: "bad save" },
  });
});
