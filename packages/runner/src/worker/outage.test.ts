import { defineTask, type EndedRun, handle, type JobStore, RateLimitedError } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });

/** A world whose store can be switched off for its workers. */
function createShakyWorld(seed = 1) {
  const state = { isDown: false, calls: [] as string[] };
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => {
    const guarded =
      <Args extends unknown[], Answer>(name: string, ask: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        state.calls.push(name);
        if (state.isDown) throw new Error(`no connection for ${name}`);
        return await ask(...args);
      };
    return {
      ...store,
      claim: guarded("claim", store.claim),
      commit: guarded("commit", store.commit),
      renew: guarded("renew", store.renew),
      maintain: guarded("maintain", store.maintain),
    };
  };
  return { ...createVirtualWorld({ wrap, seed }), state };
}

test("what is finished while the database is away is kept, and committed once when it is back", async () => {
  const { clock, jobs, worker, state, written, store } = createShakyWorld();
  const handler = handle(task, {
    run: async ({ job }) => {
      await pass(clock, 1_000);
      return { save: (tx: Writes) => tx.push(job.id) };
    },
  });
  const running = worker({ handlers: [handler], concurrency: 5 });
  await clock.finish(running.start());
  const { ids } = await jobs.enqueueMany(
    task,
    Array.from({ length: 12 }, () => ({})),
  );
  await clock.advance(500);
  state.isDown = true;
  await clock.advance(40_000);
  expect(running.status).toEqual({ phase: "working", running: 0, occupied: 0, stuck: 0, uncommitted: 5 });
  state.isDown = false;
  await clock.advance(30_000);
  expect(written.toSorted()).toEqual(ids.toSorted());
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "completed", count: 12 }]);
  expect(running.eventsOf("store-recovered").map(({ operation }) => operation)).toContain("commit-save");
});

test("a store that is away is asked ever more slowly, and never in step", async () => {
  const { clock, worker, state } = createShakyWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(running.start());
  await clock.advance(100);
  state.isDown = true;
  await clock.advance(300_000);
  const waits = running
    .eventsOf("store-failed")
    .filter(({ operation }) => operation === "claim")
    .map(({ retryInMs }) => retryInMs);
  expect(waits[0]).toBeLessThanOrEqual(100);
  const late = waits.slice(10);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...late)).toBeLessThanOrEqual(10_000);
  expect(new Set(late).size).toBeGreaterThan(late.length / 2);
});

test("a commit whose answer was lost is sent again, and changes nothing", async () => {
  const { clock, jobs, worker, store, written, job } = createVirtualWorld();
  let losses = 3;
  const forgetful: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      const answers = await store.commit(runs);
      losses -= 1;
      if (losses >= 0) throw new Error("connection lost after the commit");
      return answers;
    },
  };
  const handler = handle(task, { run: () => ({ result: 1, save: (tx: Writes) => tx.push("once") }) });
  const running = worker({ store: forgetful, handlers: [handler] });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.runUntil(() => running.eventsOf("committed").length === 1);
  expect(written).toEqual(["once"]);
  expect(await job(id)).toMatchObject({ status: "completed", attempts: 1 });
});

test("after an outage a worker lets one lease pass before it takes back what looks dead", async () => {
  const { clock, worker, state } = createShakyWorld();
  const running = worker({
    handlers: [handle(task, { run: () => undefined })],
    leaseMs: 6_000,
    maintenance: { intervalMs: 500 },
  });
  await clock.finish(running.start());
  await clock.advance(5_000);
  state.isDown = true;
  await clock.advance(20_000);
  state.isDown = false;
  await clock.runUntil(() => running.eventsOf("store-recovered").length > 0);
  const backAtMs = clock.monotonicMs();
  const before = running.eventsOf("maintained").length;
  await clock.runUntil(() => running.eventsOf("maintained").length > before);
  expect(clock.monotonicMs() - backAtMs).toBeGreaterThanOrEqual(6_000);
  expect(clock.monotonicMs() - backAtMs).toBeLessThan(8_000);
});

test("no more is taken on while too many ends wait to be committed", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const noCommits: JobStore<Writes> = {
    ...store,
    commit: () => Promise.reject(new Error("disk full")),
  };
  const running = worker({
    store: noCommits,
    handlers: [handle(task, { run: () => undefined })],
    concurrency: 400,
  });
  await jobs.enqueueMany(
    task,
    Array.from({ length: 5_000 }, () => ({})),
  );
  await clock.finish(running.start());
  await clock.advance(20_000);
  expect(running.status.uncommitted).toBeGreaterThanOrEqual(1_000);
  expect(running.status.uncommitted).toBeLessThan(1_000 + 400 + 500);
});

test("one end that the store cannot write does not hold up the others, and is written as a failure", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const picky: JobStore<Writes> = {
    ...store,
    commit: async (runs: readonly EndedRun<Writes>[]) => {
      const isPoisoned = runs.some(
        ({ outcome }) => outcome.type === "succeeded" && outcome.result === "poison",
      );
      if (isPoisoned) throw Object.assign(new Error("cannot be stored"), { code: "22P05" });
      return await store.commit(runs);
    },
  };
  const handler = handle(task, {
    run: ({ job: { priority } }) => ({ result: priority === 3 ? "poison" : priority }),
  });
  const running = worker({ store: picky, handlers: [handler] });
  await clock.finish(running.start());
  const { ids } = await jobs.enqueueMany(
    task,
    Array.from({ length: 10 }, (_, priority) => ({ priority, maxAttempts: 1 })),
  );
  await clock.runUntil(() => running.eventsOf("committed").length === 9);
  expect(clock.monotonicMs()).toBeLessThan(2_000);
  await clock.runUntil(() => running.eventsOf("committed").length === 10);
  const poisoned = await job(ids[3] ?? "");
  expect(poisoned).toMatchObject({
    status: "failed_ai",
    lastFailure: { name: "CommitFailed", code: "22P05", message: "cannot be stored" },
  });
});

test("an end that can in no way be written is given up at last", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const { id } = await jobs.enqueue(task, {}, { maxAttempts: 1 });
  const picky: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      if (runs.some(({ job }) => job.id === id)) throw new Error("cannot be stored");
      return await store.commit(runs);
    },
  };
  const running = worker({ store: picky, handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(running.start());
  await clock.runUntil(() => running.eventsOf("fault").length === 1);
  await clock.runUntil(() => running.eventsOf("maintained").some(({ answer }) => answer.reclaimed === 1));
  expect((await jobs.get(id))?.status).toBe("failed_job_logic");
});

test("a closing that cannot be written does not shut its gate in this worker for ever", async () => {
  const { clock, jobs, worker, store, job } = createVirtualWorld();
  const picky: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      if (runs.some(({ outcome }) => outcome.type === "rate_limited")) throw new Error("cannot be stored");
      return await store.commit(runs);
    },
  };
  let calls = 0;
  const handler = handle(task, {
    run: () => {
      calls += 1;
      if (calls === 1) throw new RateLimitedError({ waitMs: 1_000 });
    },
  });
  const running = worker({ store: picky, handlers: [handler] });
  await clock.finish(running.start());
  const { ids } = await jobs.enqueueMany(task, [{}, {}]);
  await clock.advance(600_000);
  for (const id of ids) expect(await job(id)).toMatchObject({ status: "completed" });
});

test("one slow commit among answers that come is no outage: upkeep goes on", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const slow: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      await pass(clock, 9_000);
      return await store.commit(runs);
    },
  };
  const handlers = [handle(task, { run: async () => await pass(clock, 100) })];
  const running = worker({ store: slow, handlers, concurrency: 1, maintenance: { intervalMs: 1_000 } });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    task,
    Array.from({ length: 20 }, () => ({})),
  );
  await clock.advance(18_000);
  expect(running.eventsOf("maintained").length).toBeGreaterThan(12);
});

/** A worker that holds one long job, an idle one, and a store that is away for so long. Answers how many leases were lost. */
async function loseBy(outageMs: number, { seed, offsetMs }: { seed: number; offsetMs: number }) {
  const { clock, jobs, worker, state } = createShakyWorld(seed);
  const handlers = [handle(task, { run: () => pass(clock, 60_000) })];
  const workers = [worker({ handlers, concurrency: 1 }), worker({ handlers, concurrency: 1 })];
  for (const each of workers) {
    await clock.finish(each.start());
    await clock.advance(3_000);
  }
  await clock.advance(20_000 - offsetMs);
  await jobs.enqueue(task, {});
  await clock.advance(20);
  state.isDown = true;
  await clock.advance(outageMs);
  state.isDown = false;
  await clock.advance(50_000);
  return workers.flatMap((each) => each.eventsOf("lease-lost")).length;
}

test.each([5_000, 7_000, 9_000, 12_000, 30_000])(
  "an outage of %i ms costs no worker that lives through it a job, were it claimed the moment before",
  async (outageMs) => {
    let lost = 0;
    for (let seed = 1; seed <= 30; seed += 1)
      lost += await loseBy(outageMs, { seed, offsetMs: 60 + ((seed * 157) % 4_800) });
    expect(lost).toBe(0);
  },
);

test("upkeep is never the first to find out that the store is back", async () => {
  const { clock, worker, state } = createShakyWorld();
  const running = worker({
    handlers: [handle(task, { run: () => undefined })],
    maintenance: { intervalMs: 100 },
    pollIntervalMs: 3_600_000,
  });
  await clock.finish(running.start());
  await clock.advance(20_000);
  state.isDown = true;
  await clock.advance(20_000);
  state.calls.splice(0);
  state.isDown = false;
  await clock.runUntil(() => state.calls.includes("maintain"));
  // Nothing wakes this worker, and no job is held: its sign of life finds out.
  expect(state.calls[0]).toBe("renew");
  expect(running.eventsOf("store-recovered").length).toBeGreaterThan(0);
});
