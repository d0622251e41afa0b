import { expect, test } from "vitest";
import { makeJobId } from "../job-id.js";
import { addMs, toEpochMs } from "../time.js";
import { newJob } from "./decide-enqueue.js";
import { defaultUpkeepPolicy, isPastRetention } from "./upkeep-policy.js";

const now = toEpochMs(1_800_000_000_000);
const base = newJob(
  {
    id: makeJobId(0, { fraction: () => 0.5 }),
    taskType: "translate",
    target: null,
    payload: null,
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
  },
  now,
);
const policy = { ...defaultUpkeepPolicy, keepCompletedMs: 1_000, keepFailedMs: 5_000 };

test("unless told, completed jobs are kept a week, others a month, and a job waits a day for a worker", () => {
  const dayMs = 86_400_000;
  expect(defaultUpkeepPolicy).toEqual({
    unroutableAfterMs: dayMs,
    keepCompletedMs: 7 * dayMs,
    keepFailedMs: 30 * dayMs,
    keepSilentWorkersMs: dayMs,
  });
});

test("completed jobs are kept as long as it says, other ends as long as it says for them", () => {
  const { dueAt: _, ...finished } = base;
  const completed = { ...finished, status: "completed", finishedAt: now, result: null } as const;
  const cancelled = { ...finished, status: "cancelled", finishedAt: now } as const;
  const isPast = (ms: number) =>
    [completed, cancelled].map((job) => isPastRetention(job, addMs(now, ms), policy));
  expect(isPast(999)).toEqual([false, false]);
  expect(isPast(1_000)).toEqual([true, false]);
  expect(isPast(5_000)).toEqual([true, true]);
});
