import { defineTask, handle, type JobStore, RateLimitedError } from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { createVirtualWorld, pass, type Writes } from "../../test/virtual-world.js";

const model = "model:acme:main:mt-2";
const task = defineTask({ type: "translate", payload: z.object({ n: z.number() }) });
const other = defineTask({ type: "summarize" });

test("a refusal closes the gate for every task behind it, and no attempt is lost", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  let isClosed = true;
  const calls: number[] = [];
  const run = async () => {
    calls.push(clock.monotonicMs());
    await pass(clock, 10);
    if (isClosed) throw new RateLimitedError({ waitMs: 30_000 });
  };
  const gates = [{ key: model }];
  const running = worker({
    handlers: [handle(task, { gates, run }), handle(other, { gates, run })],
    concurrency: 2,
    pollIntervalMs: 3_600_000,
  });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{ payload: { n: 1 } }, { payload: { n: 2 } }, { payload: { n: 3 } }]);
  await jobs.enqueueMany(other, [{}, {}]);
  await clock.advance(29_000);
  expect(calls.length).toBe(2);
  isClosed = false;
  await clock.advance(10_000);
  expect(calls.slice(2).every((atMs) => atMs >= 30_000)).toBe(true);
  const { jobs: all } = await store.listJobs({ limit: 10 });
  expect(all.map(({ status, attempts }) => [status, attempts])).toEqual(all.map(() => ["completed", 1]));
});

test("a job whose gate closes while its payload is still being parsed is given back unbegun", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const slowly = defineTask({
    type: "translate",
    payload: z.object({ n: z.number() }).refine(async ({ n }) => {
      await pass(clock, n);
      return true;
    }),
  });
  const begun: number[] = [];
  const handler = handle(slowly, {
    gates: [{ key: model }],
    run: ({ payload }) => {
      begun.push(payload.n);
      throw new RateLimitedError({ waitMs: 60_000 });
    },
  });
  const running = worker({ handlers: [handler] });
  await clock.finish(running.start());
  const { ids } = await jobs.enqueueMany(task, [{ payload: { n: 10 } }, { payload: { n: 500 } }]);
  await clock.advance(1_000);
  expect(begun).toEqual([10]);
  expect(running.eventsOf("run-released")).toHaveLength(1);
  expect(await job(ids[1] ?? "")).toMatchObject({ status: "pending", attempts: 0, deferrals: 0 });
});

test("while a closing waits to be committed, nothing is claimed through that gate; other tasks go on", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const line = { isSlow: false };
  const slow: JobStore<Writes> = {
    ...store,
    commit: async (runs) => {
      if (line.isSlow) await pass(clock, 1_000);
      return await store.commit(runs);
    },
  };
  const begun: string[] = [];
  const refused = handle(task, {
    gates: [{ key: model }],
    run: () => {
      begun.push("translate");
      line.isSlow = true;
      throw new RateLimitedError({ waitMs: 60_000 });
    },
  });
  const free = handle(other, {
    run: () => {
      begun.push("summarize");
    },
  });
  const running = worker({ store: slow, handlers: [refused, free], concurrency: 1 });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{ payload: { n: 1 } }, { payload: { n: 2 } }]);
  await clock.advance(100);
  await jobs.enqueueMany(other, [{}, {}]);
  await clock.advance(700);
  expect(begun).toEqual(["translate", "summarize", "summarize"]);
  expect(running.eventsOf("run-released")).toEqual([]);
});

test("jobs that were claimed while the gate was being closed are given back", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  let claims = 0;
  const slow: JobStore<Writes> = {
    ...store,
    claim: async (request) => {
      const claimed = await store.claim(request);
      claims += 1;
      if (claims === 2) await pass(clock, 500);
      return claimed;
    },
  };
  let calls = 0;
  const handler = handle(task, {
    gates: [{ key: model }],
    run: async () => {
      calls += 1;
      await pass(clock, 100);
      throw new RateLimitedError({ waitMs: 60_000 });
    },
  });
  const running = worker({ store: slow, handlers: [handler], concurrency: 2, batchSize: 1 });
  await jobs.enqueueMany(task, [{ payload: { n: 1 } }, { payload: { n: 2 } }]);
  await clock.finish(running.start());
  await clock.advance(1_000);
  expect(calls).toBe(1);
  expect(running.eventsOf("run-released")).toHaveLength(1);
});
