import { defineTask, handle, PermanentError, RateLimitedError, TransientError } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { pass, untilAborted } from "../../test/virtual-world.js";
import { createJobs } from "../client/create-jobs.js";
import { runUntilIdle } from "./run-until-idle.js";
import { createVirtualClock } from "./virtual-clock.js";

const translate = defineTask({ type: "translate", payload: z.object({ text: z.string() }) });
const publish = defineTask({ type: "publish" });
const echo = handle(translate, { run: ({ payload }) => ({ result: payload.text }) });

function createScene() {
  const store = createMemoryStore<string[]>({ transaction: () => [] });
  return { store, jobs: createJobs({ store }) };
}

describe("without a clock", () => {
  test("what can run now is run, one after another, and the report says how it ended", async () => {
    const { store, jobs } = createScene();
    // Of the same instant, they have no order but this.
    await jobs.enqueueMany(translate, [{ payload: { text: "a" } }, { payload: { text: "b" }, priority: 1 }]);
    const report = await runUntilIdle({ store, handlers: [echo] });
    expect(report.finished).toMatchObject([
      { status: "completed", result: "a" },
      { status: "completed", result: "b" },
    ]);
    expect(report.runs).toMatchObject([
      { outcome: "succeeded", job: { payload: { text: "a" }, attempts: 1 } },
      { outcome: "succeeded", job: { payload: { text: "b" }, attempts: 1 } },
    ]);
    expect(report).toMatchObject({ waiting: [], waitedMs: 0 });
  });

  test("jobs that handlers enqueue are run, too", async () => {
    const { store, jobs } = createScene();
    const thenPublish = handle(translate, {
      run: () => ({ save: (tx: string[]) => jobs.enqueue(publish, {}, { tx }) }),
    });
    await jobs.enqueue(translate, { payload: { text: "a" } });
    const { finished } = await runUntilIdle({
      store,
      handlers: [thenPublish, handle(publish, { run: () => {} })],
    });
    expect(finished.map(({ taskType }) => taskType)).toEqual(["translate", "publish"]);
  });

  test("what backs off, is due later, is paused or has no handler here is left waiting", async () => {
    const { store, jobs } = createScene();
    const failing = handle(translate, {
      run: () => {
        throw new TransientError("not yet");
      },
    });
    await jobs.enqueue(translate, { payload: { text: "fails" } });
    await jobs.enqueue(translate, { payload: { text: "later" } }, { delayMs: 1_000 });
    await jobs.enqueue(publish, {});
    const { runs, waiting } = await runUntilIdle({ store, handlers: [failing] });
    expect(runs).toMatchObject([{ outcome: "transient", failure: { message: "not yet" } }]);
    expect(waiting).toMatchObject([
      { taskType: "translate", status: "retry_ai", attempts: 1 },
      { taskType: "translate", status: "pending", attempts: 0 },
      { taskType: "publish" },
    ]);
  });

  test("an idle store is reported as such", async () => {
    const { store } = createScene();
    const report = await runUntilIdle({ store, handlers: [echo] });
    expect(report).toEqual({ runs: [], finished: [], waiting: [], waitedMs: 0 });
    expect(await store.listWorkers()).toEqual([]);
  });
});

describe("with the store's clock", () => {
  test("backoffs, closed gates, pauses and due times are jumped over", async () => {
    const { store, jobs } = createScene();
    let calls = 0;
    const flaky = handle(translate, {
      run: ({ payload }) => {
        calls += 1;
        if (calls === 1) throw new RateLimitedError({ waitMs: 30_000 });
        if (calls === 2) throw new TransientError("broken pipe");
        return { result: payload.text };
      },
    });
    await jobs.pause(translate, { forMs: 600_000 });
    await jobs.enqueue(translate, { payload: { text: "a" } });
    await jobs.enqueue(translate, { payload: { text: "tomorrow" } }, { delayMs: 86_400_000 });
    const before = await store.now();
    const { runs, finished, waitedMs } = await runUntilIdle({ store, handlers: [flaky], clock: store });
    expect(runs.map(({ outcome }) => outcome)).toEqual([
      "rate_limited",
      "transient",
      "succeeded",
      "succeeded",
    ]);
    expect(finished.map((job) => job.status === "completed" && job.result)).toEqual(["a", "tomorrow"]);
    expect(waitedMs).toBeGreaterThanOrEqual(86_400_000);
    expect(await store.now()).toBe(before + waitedMs);
  });

  test("a rate is kept: jobs wait for their permits in virtual time", async () => {
    const { store, jobs } = createScene();
    const gates = [{ key: "model:acme:main:mt-2", requestsPerMinute: 6 }];
    const paced = handle(translate, { gates, run: () => ({}) });
    await jobs.enqueueMany(
      translate,
      Array.from({ length: 20 }, () => ({ payload: { text: "a" } })),
    );
    const { finished, waitedMs } = await runUntilIdle({ store, handlers: [paced], clock: store });
    expect(finished).toHaveLength(20);
    expect(waitedMs).toBeGreaterThan(120_000);
  });

  test("a job that fails for good is reported with why", async () => {
    const { store, jobs } = createScene();
    const refusing = handle(translate, {
      run: () => {
        throw new PermanentError("too long", { code: "too_long" });
      },
    });
    await jobs.enqueue(translate, { payload: { text: "a" } });
    const { finished } = await runUntilIdle({ store, handlers: [refusing], clock: store });
    expect(finished).toMatchObject([{ status: "failed_ai", lastFailure: { code: "too_long" } }]);
  });

  test("a job that ends without a run, past its deadline, is reported, too", async () => {
    const { store, jobs } = createScene();
    await jobs.pause(translate, { forMs: 60_000 });
    await jobs.enqueue(translate, { payload: { text: "a" } }, { deadlineMs: 1_000 });
    const { runs, finished } = await runUntilIdle({ store, handlers: [echo], clock: store });
    expect(runs).toEqual([]);
    expect(finished).toMatchObject([{ status: "failed_ai", lastFailure: { code: "deadline_passed" } }]);
  });

  test("a pause without an end, and what comes after the limit, is left waiting", async () => {
    const { store, jobs } = createScene();
    await jobs.pause(publish);
    await jobs.enqueue(publish, {});
    await jobs.enqueue(translate, { payload: { text: "a" } }, { delayMs: 60_001 });
    const handlers = [echo, handle(publish, { run: () => {} })];
    const { waiting } = await runUntilIdle({ store, handlers, clock: store, limitMs: 60_000 });
    expect(waiting.map(({ taskType }) => taskType)).toEqual(["publish", "translate"]);
  });

  test("jobs of a worker that died are taken back when their lease is over", async () => {
    const { store, jobs } = createScene();
    await jobs.enqueue(translate, { payload: { text: "a" } });
    const tasks = [{ taskType: "translate", limit: 1 }];
    await store.claim({ workerId: "dead", claimNonce: 1, leaseMs: 15_000, limit: 1, tasks });
    store.advance(15_001);
    const { runs } = await runUntilIdle({ store, handlers: [echo], clock: store });
    expect(runs).toMatchObject([{ outcome: "succeeded", job: { attempts: 2 } }]);
  });
});

describe("on a virtual clock", () => {
  test("handlers time out in no time, on the worker's clock and the store's", async () => {
    const clock = createVirtualClock();
    const store = createMemoryStore({ clock: clock.wallMs });
    const slow = handle(translate, {
      timeoutMs: 60_000,
      run: async ({ signal, attempt }) => {
        if (attempt === 1) await untilAborted(signal);
        await pass(clock, 30_000);
        return { result: clock.monotonicMs() };
      },
    });
    await createJobs({ store }).enqueue(translate, { payload: { text: "a" } });
    const { runs, finished } = await runUntilIdle({ store, handlers: [slow], clock });
    expect(runs.map(({ outcome }) => outcome)).toEqual(["timeout", "succeeded"]);
    expect(finished).toMatchObject([{ status: "completed", attempts: 2 }]);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(90_000);
  });
});

test("a handler that enqueues its own task for ever is stopped", async () => {
  const { store, jobs } = createScene();
  const endless = handle(publish, { run: async () => void (await jobs.enqueue(publish, {})) });
  await jobs.enqueue(publish, {});
  await expect(runUntilIdle({ store, handlers: [endless], maxRuns: 20 })).rejects.toThrow(
    "after 20 runs jobs are left still, publish among them",
  );
});

test("a store that fails makes it fail", async () => {
  const { store } = createScene();
  const broken = { ...store, claim: () => Promise.reject(new Error("connection refused")) };
  await expect(runUntilIdle({ store: broken, handlers: [echo] })).rejects.toThrow(
    "the store failed: Error: connection refused",
  );
});

test("what upkeep deletes while the clock is moved is reported all the same", async () => {
  const { store, jobs } = createScene();
  const dayMs = 86_400_000;
  await jobs.enqueue(translate, { payload: { text: "early" } });
  await jobs.enqueue(translate, { payload: { text: "late" } }, { delayMs: 10 * dayMs });
  const report = await runUntilIdle({ store, handlers: [echo], clock: store, limitMs: 30 * dayMs });
  expect(report.runs).toHaveLength(2);
  expect(report.finished).toMatchObject([{ result: "early" }, { result: "late" }]);
});

test("handlers that ignore their signals for good make it fail", async () => {
  const clock = createVirtualClock();
  const store = createMemoryStore({ clock: clock.wallMs });
  const deaf = handle(publish, { timeoutMs: 1_000, run: () => new Promise<undefined>(() => undefined) });
  await createJobs({ store }).enqueueMany(publish, [{}, {}]);
  await expect(runUntilIdle({ store, handlers: [deaf], clock })).rejects.toThrow(
    "2 handlers ignore their signals",
  );
});
