import { defineTask, handle } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import type { WorkerOptions } from "./worker-options.js";
import { toWorkerSettings } from "./worker-settings.js";

const store = createMemoryStore<string[]>();
const handlers = [handle(defineTask({ type: "translate" }), { run: () => undefined })];

test("what is left out has its default", () => {
  const settings = toWorkerSettings({ store, handlers, concurrency: 7 });
  expect(settings).toMatchObject({
    concurrency: 7,
    batchSize: 10_000,
    saveConcurrency: 5,
    jobDelayMs: 0,
    pollIntervalMs: 5_000,
    leaseMs: 15_000,
    abortGraceMs: 2_000,
    maintenance: { intervalMs: 5_000, limit: 500 },
  });
  expect(settings.id).toMatch(/^worker-[a-z0-9]+$/);
  expect(toWorkerSettings({ store, handlers }).id).not.toBe(settings.id);
  expect(toWorkerSettings({ store, handlers, leaseMs: 3_000 }).maintenance?.intervalMs).toBe(1_000);
  expect(toWorkerSettings({ store, handlers, maintenance: false }).maintenance).toBeNull();
});

const unusable: [Partial<WorkerOptions<string[]>>, string][] = [
  [{ handlers: [] }, "without handlers"],
  [{ handlers: [...handlers, ...handlers] }, "same task type"],
  [{ concurrency: 0 }, "concurrency"],
  [{ concurrency: 2.5 }, "concurrency"],
  [{ concurrency: Number.NaN }, "concurrency"],
  [{ batchSize: 0 }, "batchSize"],
  [{ jobDelayMs: -1 }, "jobDelayMs"],
  [{ pollIntervalMs: 0 }, "pollIntervalMs"],
  [{ leaseMs: 10 }, "leaseMs"],
  [{ abortGraceMs: Number.NaN }, "abortGraceMs"],
  [{ maintenance: { intervalMs: 0 } }, "maintenance.intervalMs"],
  [{ maintenance: { limit: 0 } }, "maintenance.limit"],
  [{ id: "" }, "id"],
  [{ id: 7 as never }, "id of a worker must be a string"],
  [{ jobDelayMs: "700" as never }, "jobDelayMs of a worker must be a number, got string"],
  [{ store: undefined as never }, "store of a worker must be a job store"],
  [{ handlers: undefined as never }, "handlers of a worker must be a list"],
  [{ handlers: [defineTask({ type: "translate" })] as never }, "handle(task, { run })"],
  [{ handlers: [null] as never }, "handle(task, { run })"],
  [{ policy: {} as never }, "policy.backoff of a worker"],
  [{ policy: { backoff: { baseMs: 1, maxMs: 1 } } as never }, "policy.maxDeferredMs"],
  [{ resultLimits: { maxBytes: 0, maxDepth: 1 } }, "resultLimits.maxBytes"],
  [{ resultLimits: "large" as never }, "resultLimits"],
  [{ maintenance: null as never }, "maintenance of a worker"],
  [{ clock: 3 as never }, "clock of a worker"],
];

test.each(unusable)("%o is refused", (options, named) => {
  expect(() => toWorkerSettings({ store, handlers, ...options })).toThrow(named);
});

test("what is there with nothing in it has its default, too", () => {
  const nothing = { intervalMs: undefined, limit: undefined, maxBytes: undefined, maxDepth: undefined };
  // What JavaScript callers can send: the types refuse it.
  const options = { maintenance: nothing as never, resultLimits: nothing as never };
  expect(toWorkerSettings({ store, handlers, ...options })).toMatchObject({
    maintenance: { intervalMs: 5_000, limit: 500 },
    resultLimits: { maxBytes: 1_048_576, maxDepth: 64 },
  });
});

test.each([[undefined], [{}], ["store"]])("a worker of %o is refused in words", (options) => {
  expect(() => toWorkerSettings(options as never)).toThrow(/of a worker must be|a worker needs/);
});
