import {
  defineTask,
  type Handler,
  handle,
  PermanentError,
  RateLimitedError,
  type RunUsage,
  TransientError,
} from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { createVirtualWorld, pass, untilAborted, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });
const usage: RunUsage = {
  model: "acme:mt-2",
  inputTokens: 7,
  cachedInputTokens: null,
  outputTokens: 3,
  costUsd: "0.002",
};

/** What becomes of one job of a handler's task, and its entry in the ledger. */
async function runOne(handler: Handler<Writes>, { forMs = 100, maxAttempts = 1 } = {}) {
  const world = createVirtualWorld();
  const worker = world.worker({ handlers: [handler], pollIntervalMs: 3_600_000 });
  await world.clock.finish(worker.start());
  const { id } = await world.jobs.enqueue(task, {}, { maxAttempts });
  await world.clock.advance(forMs);
  const [attempt] = await world.store.listAttempts(id);
  return { ...world, worker, attempt, job: await world.job(id) };
}

test("a payload that the schema refuses at last fails the job, and the handler never sees it", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const loose = defineTask({ type: "translate", payload: z.object({ n: z.number() }) });
  const strict = defineTask({ type: "translate", payload: z.object({ n: z.number().max(5) }) });
  let calls = 0;
  const running = worker({
    handlers: [
      handle(strict, {
        run: () => {
          calls += 1;
        },
      }),
    ],
  });
  const { id } = await jobs.enqueue(loose, { payload: { n: 7 } });
  await clock.finish(running.start());
  await clock.settle();
  expect(await job(id)).toMatchObject({
    status: "failed_payload_parsing",
    lastFailure: { code: "payload_invalid", message: expect.stringContaining("n: Too big") },
  });
  expect(calls).toBe(0);
});

test("the handler gets what the schema makes of the payload", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const dated = defineTask({ type: "dated", payload: z.object({ at: z.coerce.date<string>() }) });
  const seen: unknown[] = [];
  const running = worker({ handlers: [handle(dated, { run: ({ payload }) => void seen.push(payload.at) })] });
  await clock.finish(running.start());
  await jobs.enqueue(dated, { payload: { at: "2026-01-01T00:00:00Z" } });
  await clock.settle();
  expect(seen).toEqual([new Date("2026-01-01T00:00:00Z")]);
});

test("a copy of a run has all that the run has, its signal and logger, too", async () => {
  let copy: object = {};
  const { job } = await runOne(
    handle(task, {
      run(run) {
        copy = { ...run };
        return { result: Object.keys(run) };
      },
    }),
  );
  const names = ["job", "payload", "target", "attempt", "signal", "logger"];
  expect(job).toMatchObject({ status: "completed", result: names });
  expect(copy).toMatchObject({ attempt: 1, signal: { aborted: false }, logger: { info: expect.anything() } });
});

test("a job about a target that the handler does not know is unroutable", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const old = defineTask({ type: "enrich", targets: ["code_entity", "conversation"] });
  const current = defineTask({ type: "enrich", targets: ["code_entity"] });
  const running = worker({ handlers: [handle(current, { run: ({ target }) => ({ result: target.id }) })] });
  await clock.finish(running.start());
  const wrong = await jobs.enqueue(old, { target: { type: "conversation", id: "1" } });
  const right = await jobs.enqueue(old, { target: { type: "code_entity", id: "2" } });
  await clock.settle();
  expect(await job(wrong.id)).toMatchObject({
    status: "failed_job_logic",
    lastFailure: { message: "task enrich works on code_entity, and the job's target is a conversation" },
  });
  expect(await job(right.id)).toMatchObject({ status: "completed", result: "2" });
});

test.each([
  ["a Map", new Map()],
  ["a bigint", 1n],
  ["not a number", Number.NaN],
  ["half a character", "\ud800"],
])("a result that cannot be stored (%s) is the handler's error", async (_, result) => {
  const { job } = await runOne(handle(task, { run: () => ({ result: { value: result as never } }) }));
  expect(job).toMatchObject({
    status: "failed_ai",
    lastFailure: {
      name: "ResultNotJsonError",
      code: "result_not_json",
      message: expect.stringContaining("$.value"),
    },
  });
});

test.each([["text"], [42], [{ save: "now" }]])("%o is no answer of a handler", async (answer) => {
  const { job } = await runOne(handle(task, { run: () => answer as never }));
  expect(job).toMatchObject({ status: "failed_ai", lastFailure: { name: "TypeError" } });
});

test("a handler that throws, at once or later, whatever it is, has failed", async () => {
  const thrown: [() => unknown, string][] = [
    [
      () => {
        throw new Error("sync");
      },
      "sync",
    ],
    [() => Promise.reject(new TypeError("async")), "async"],
    // biome-ignore lint/nursery/usePromiseRejectErrors: handlers may throw anything
    [() => Promise.reject("text"), "text"],
    // biome-ignore lint/nursery/usePromiseRejectErrors: handlers may throw anything
    [() => Promise.reject(undefined), "undefined"],
  ];
  for (const [run, message] of thrown) {
    const { job } = await runOne(handle(task, { run: run as () => undefined }));
    expect(job).toMatchObject({ status: "failed_ai", lastFailure: { message } });
  }
});

test("usage is kept with the run, whether it succeeded or failed", async () => {
  const good = await runOne(handle(task, { run: () => ({ result: 1, usage }) }));
  expect(good.attempt).toMatchObject({ outcome: "succeeded", usage });
  const bad = await runOne(
    handle(task, { run: () => Promise.reject(new PermanentError("refused", { usage })) }),
  );
  expect(bad.attempt).toMatchObject({ outcome: "permanent", usage });
});

test("usage that no store could hold is dropped, the result is not", async () => {
  const broken = {
    model: "a\0b",
    inputTokens: Number.NaN,
    cachedInputTokens: -1,
    outputTokens: 2.4,
    costUsd: "much",
  };
  const { attempt, job } = await runOne(handle(task, { run: () => ({ result: 1, usage: broken }) }));
  expect(job.status).toBe("completed");
  expect(attempt?.usage).toEqual({
    model: "a\uFFFDb",
    inputTokens: null,
    cachedInputTokens: null,
    outputTokens: 2,
    costUsd: null,
  });
});

test("limits that the provider told reach the gate that they are about", async () => {
  const key = "model:acme:main:mt-2";
  const told = { gate: key, limits: { requestsPerMinute: 120, remainingRequests: Number.NaN } };
  const { store } = await runOne(handle(task, { gates: [{ key }], run: () => ({ told }) }));
  const gate = (await store.listGates()).find((each) => each.key === key);
  expect(gate?.pacing).toMatchObject({ toldRequestsPerMinute: 120 });
});

test("a handler that asked nobody leaves its gates alone", async () => {
  const key = "model:acme:main:mt-2";
  const told = { gate: key, limits: { requestsPerMinute: 120 } };
  const { store, job } = await runOne(
    handle(task, { gates: [{ key }], run: () => ({ told, asked: false }) }),
  );
  const gate = (await store.listGates()).find((each) => each.key === key);
  expect(job.status).toBe("completed");
  expect(gate?.pacing).toMatchObject({ toldRequestsPerMinute: null });
});

test("a handler that takes too long is told so, and the attempt has failed", async () => {
  let reason: unknown;
  const { job, worker } = await runOne(
    handle(task, {
      timeoutMs: 5_000,
      run: async ({ signal }) => {
        await untilAborted(signal).catch((error: unknown) => {
          reason = error;
          throw new Error("whatever the SDK makes of it", { cause: error });
        });
      },
    }),
    { forMs: 5_001 },
  );
  expect(reason).toMatchObject({ name: "RunAborted", code: "timeout" });
  expect(job).toMatchObject({ status: "failed_ai", lastFailure: { name: "Timeout", code: "timeout" } });
  expect(worker.eventsOf("run-aborted")).toMatchObject([{ reason: "timeout" }]);
});

test("a handler that only looks at its signal when it is too late finds it aborted", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  let wasAborted = false;
  const running = worker({
    handlers: [
      handle(task, {
        timeoutMs: 100,
        run: async (run) => {
          await pass(clock, 200);
          wasAborted = run.signal.aborted;
          run.signal.throwIfAborted();
        },
      }),
    ],
  });
  await clock.finish(running.start());
  await jobs.enqueue(task, {}, { maxAttempts: 1 });
  await clock.advance(300);
  expect(wasAborted).toBe(true);
  expect(running.eventsOf("run-failed")).toMatchObject([{ outcome: "timeout" }]);
});

test("an answer that comes just after the timeout is still used", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const handler = handle(task, {
    timeoutMs: 1_000,
    run: async () => {
      await pass(clock, 1_500);
      return { result: "late" };
    },
  });
  const running = worker({ handlers: [handler], abortGraceMs: 1_000 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(1_600);
  expect(await job(id)).toMatchObject({ status: "completed", result: "late" });
});

test("of a handler that ignores its signal the job gets free after a grace, and what it answers later is not used", async () => {
  const { clock, jobs, worker, job, written } = createVirtualWorld();
  const starts: number[] = [];
  const handler = handle(task, {
    timeoutMs: 1_000,
    backoff: { baseMs: 1, maxMs: 1 },
    run: async ({ attempt }) => {
      starts.push(clock.monotonicMs());
      await pass(clock, attempt === 1 ? 10_000 : 10);
      return { result: attempt, save: (tx: Writes) => tx.push(`attempt ${attempt}`) };
    },
  });
  const running = worker({ handlers: [handler], concurrency: 1, abortGraceMs: 2_000 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.runUntil(() => running.eventsOf("late-end-ignored").length === 1);
  expect(await job(id)).toMatchObject({ status: "completed", result: 2, attempts: 2 });
  expect(starts[1]).toBeGreaterThanOrEqual(3_000);
  expect(starts[1]).toBeLessThan(3_010);
  expect(running.eventsOf("handler-stuck")).toMatchObject([{ reason: "timeout" }]);
  expect(written).toEqual(["attempt 2"]);
});

test("stuck handlers give no more slots back than there are", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  let started = 0;
  const handler = handle(task, {
    timeoutMs: 100,
    run: () => {
      started += 1;
      return new Promise<undefined>(() => undefined);
    },
  });
  const running = worker({ handlers: [handler], concurrency: 3, abortGraceMs: 100 });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    task,
    Array.from({ length: 20 }, () => ({ maxAttempts: 1 })),
  );
  await clock.advance(60_000);
  expect(started).toBe(6);
});

test("each error of a handler has its outcome", async () => {
  const limited = await runOne(
    handle(task, { run: () => Promise.reject(new RateLimitedError({ waitMs: 9_000 })) }),
  );
  expect(limited.job).toMatchObject({ status: "rate_limited", attempts: 0, deferrals: 1 });
  expect(limited.worker.eventsOf("gate-closing")).toMatchObject([{ gate: "task:translate", waitMs: 9_000 }]);
  const transient = await runOne(
    handle(task, { run: () => Promise.reject(new TransientError("reset", { waitMs: 5_000 })) }),
    { maxAttempts: 2 },
  );
  expect(transient.job).toMatchObject({ status: "retry_ai", attempts: 1 });
});

test("a run that may take long does not let a shorter one overrun", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const long = defineTask({ type: "long" });
  const never = () => new Promise<undefined>(() => undefined);
  const running = worker({
    handlers: [
      handle(task, { timeoutMs: 1_000, run: never }),
      handle(long, { timeoutMs: 60_000, run: never }),
    ],
  });
  const timeouts: [string, number][] = [];
  running.on("run-aborted", ({ job }) => timeouts.push([job.taskType, clock.monotonicMs()]));
  await clock.finish(running.start());
  await jobs.enqueue(task, {}, { maxAttempts: 1 });
  await clock.advance(500);
  await jobs.enqueue(long, {}, { maxAttempts: 1 });
  await clock.advance(61_000);
  expect(timeouts).toEqual([
    ["translate", 1_000],
    ["long", 60_500],
  ]);
});

test("stuck handlers that hold all slots are told of, in the status, the worker's row and an event", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const deaf = handle(task, { timeoutMs: 100, run: () => new Promise<undefined>(() => undefined) });
  const running = worker({ handlers: [deaf], concurrency: 2, abortGraceMs: 100 });
  await clock.finish(running.start());
  await jobs.enqueueMany(
    task,
    Array.from({ length: 10 }, () => ({ maxAttempts: 1 })),
  );
  await clock.advance(60_000);
  expect(running.status).toMatchObject({ phase: "working", running: 0, occupied: 2, stuck: 4 });
  expect(await store.listWorkers()).toMatchObject([{ running: 2, concurrency: 2 }]);
  expect(running.eventsOf("out-of-slots")).toEqual([{ type: "out-of-slots", stuck: 4 }]);
  expect((await jobs.explain(task)).causes).toMatchObject([{ type: "workers-busy", running: 2 }]);
});

/** A job is aborted, and its call is answered with an error afterwards. */
async function abortThenThrow(error: Error, how: "cancel" | "timeout" | "stop") {
  const world = createVirtualWorld();
  const { clock, jobs, store } = world;
  const run = async () => {
    await pass(clock, 1_000);
    throw error;
  };
  const running = world.worker({
    handlers: [handle(task, { timeoutMs: how === "timeout" ? 500 : 60_000, run })],
  });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {}, { maxAttempts: 1 });
  await clock.advance(500);
  if (how === "cancel") await jobs.cancel(id);
  if (how === "stop") await clock.finish(running.stop({ graceMs: 0 }));
  await clock.advance(600);
  const [attempt] = await store.listAttempts(id);
  const gate = (await store.listGates()).find(({ key }) => key === "task:translate");
  return { job: await world.job(id), attempt, gate };
}

test("a refusal that a cancelled run meets closes the gate for the others, and what it cost is kept", async () => {
  const { job, attempt, gate } = await abortThenThrow(
    new RateLimitedError({ waitMs: 30_000, usage }),
    "cancel",
  );
  expect(job.status).toBe("cancelled");
  expect(attempt).toMatchObject({ outcome: "cancelled", usage });
  expect(gate?.closing).toMatchObject({ reason: "rate_limited" });
});

test.each([
  ["timeout", "timeout"],
  ["stop", "released"],
] as const)(
  "what a run that ended by %s has cost is kept, and its error closes nothing",
  async (how, outcome) => {
    const { attempt, gate } = await abortThenThrow(new RateLimitedError({ waitMs: 30_000, usage }), how);
    expect(attempt).toMatchObject({ outcome, usage });
    expect(gate?.closing ?? null).toBeNull();
  },
);
