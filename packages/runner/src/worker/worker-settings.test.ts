import { defineTask, handle } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import { toWorkerSettings, type WorkerOptions } from "./worker-settings.js";

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
];

test.each(unusable)("%o is refused", (options, named) => {
  expect(() => toWorkerSettings({ store, handlers, ...options })).toThrow(named);
});
