import { expect, test } from "vitest";
import type { WorkerRecord } from "../ports/job-store.js";
import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { countUnserved, isLiveWorker } from "./unserved-clock.js";

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
});

test("the clock runs while live workers all do something else", () => {
  const now = addMs(start, 5_000);
  expect(countUnserved(before, { now, taskType: "rare", workers: [worker(now, ["other"])] })).toEqual({
    spentMs: 6_000,
    countedAt: now,
  });
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
