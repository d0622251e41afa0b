import { expect, test } from "vitest";
import { defaultUpkeepPolicy } from "./upkeep-policy.js";

test("unless told, completed jobs are kept a week, others a month, a million of each, and a job waits a day for a worker", () => {
  const dayMs = 86_400_000;
  expect(defaultUpkeepPolicy).toEqual({
    unroutableAfterMs: dayMs,
    keepCompletedMs: 7 * dayMs,
    keepCompletedCount: 1_000_000,
    keepFailedMs: 30 * dayMs,
    keepFailedCount: 1_000_000,
    keepSilentWorkersMs: dayMs,
  });
});
