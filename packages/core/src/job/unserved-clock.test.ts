import { expect, test } from "vitest";
import { pendingJob } from "../../test/sample-jobs.js";
import type { WorkerRecord } from "../ports/job-store.js";
import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { countUnserved, isLiveWorker, isUnroutable, unroutableFailure } from "./unserved-clock.js";

const start = toEpochMs(1_800_000_000_000);
const worker = (seenAt: EpochMs | null, taskTypes: readonly string[]): WorkerRecord => ({
  id: "w",
  taskTypes,
  concurrency: 1,
  running: 0,
  liveForMs: 30_000,
  seenAt,
});
const before = { spentMs: 1_000, countedAt: start };

test("a worker is live for so long after each sign of life, and not before the first", () => {
  expect(isLiveWorker(worker(start, []), addMs(start, 29_999))).toBe(true);
  expect(isLiveWorker(worker(start, []), addMs(start, 30_000))).toBe(false);
  expect(isLiveWorker(worker(null, []), start)).toBe(false);
  expect(isLiveWorker(worker(null, []), toEpochMs(0))).toBe(false);
});

test("the clock runs while live workers all do something else", () => {
  const now = addMs(start, 5_000);
  expect(countUnserved(before, { now, taskType: "rare", workers: [worker(now, ["other"])] })).toEqual({
    spentMs: 6_000,
    countedAt: now,
  });
});

test("the clock begins at nothing", () => {
  const seen = { now: start, taskType: "rare", workers: [worker(start, ["other"])] };
  expect(countUnserved(null, seen)).toEqual({ spentMs: 0, countedAt: start });
});

test("a live worker that handles the type puts the clock back to nothing", () => {
  const now = addMs(start, 5_000);
  const workers = [worker(now, ["other"]), worker(now, ["rare"])];
  expect(countUnserved(before, { now, taskType: "rare", workers })).toEqual({ spentMs: 0, countedAt: now });
});

test("the clock stands still while there is no live worker at all", () => {
  const now = addMs(start, 86_400_000);
  expect(countUnserved(before, { now, taskType: "rare", workers: [worker(start, ["other"])] })).toEqual({
    spentMs: 1_000,
    countedAt: now,
  });
});

test("of a night without any worker, the first one in the morning counts only what it can vouch for", () => {
  const now = addMs(start, 36_000_000);
  const workers = [worker(now, ["other"])];
  expect(countUnserved(before, { now, taskType: "rare", workers }).spentMs).toBe(31_000);
});

test("a job is unroutable when both the clock and its own wait say so", () => {
  const job = pendingJob(); // made and due at `start`
  const isIt = (spentMs: number, ageMs: number) =>
    isUnroutable(job, { spentMs, countedAt: start }, { now: addMs(start, ageMs), unroutableAfterMs: 1_000 });
  expect(isIt(1_000, 1_000)).toBe(true);
  expect(isIt(999, 1_000)).toBe(false);
  expect(isIt(1_000, 999)).toBe(false);
});

test("a job that is due later has not waited yet, however old it is", () => {
  const job = { ...pendingJob(), dueAt: addMs(start, 5_000) };
  const isIt = (ageMs: number) =>
    isUnroutable(
      job,
      { spentMs: 9_000, countedAt: start },
      { now: addMs(start, ageMs), unroutableAfterMs: 1_000 },
    );
  expect(isIt(5_999)).toBe(false);
  expect(isIt(6_000)).toBe(true);
});

test("the failure of an unroutable job names its task type and the hours", () => {
  expect(unroutableFailure(pendingJob(), { spentMs: 88_560_000, countedAt: start })).toEqual({
    name: "NoHandler",
    code: "unroutable",
    message: 'no live worker has handled "translate" for 24.6 h',
  });
});
