import { describe, expect, test } from "vitest";
import { addMs, FOREVER, toEpochMs } from "../time.js";
import { checkPruneLimit, finishedKindOf, keptOf, keptSince } from "./retention.js";
import { defaultUpkeepPolicy } from "./upkeep-policy.js";

const now = toEpochMs(1_800_000_000_000);
const at = (agoMs: number) => addMs(now, -agoMs);

test("completed jobs are one kind, all other ends the other", () => {
  const ends = ["completed", "failed_ai", "failed_payload_parsing", "failed_job_logic", "cancelled"] as const;
  expect(ends.map((status) => finishedKindOf({ status }))).toEqual([
    "completed",
    ...Array.from({ length: 4 }, () => "failed"),
  ]);
});

test("each kind is kept as the policy says for it", () => {
  const policy = { ...defaultUpkeepPolicy, keepCompletedMs: 1, keepFailedMs: 2, keepFailedCount: null };
  expect(keptOf("completed", policy)).toEqual({ keepMs: 1, keepCount: 1_000_000 });
  expect(keptOf("failed", policy)).toEqual({ keepMs: 2, keepCount: null });
});

describe("jobs that ended before this instant go", () => {
  test("by age: whoever ended as long ago as jobs are kept goes", () => {
    const since = keptSince({ keepMs: 1_000, keepCount: null }, { now, lastCountedAt: null });
    expect([at(1_001) < since, at(1_000) < since, at(999) < since]).toEqual([true, true, false]);
  });

  test("by number: whoever ended before the last that counts goes, at the same time with it stays", () => {
    const since = keptSince({ keepMs: 1_000, keepCount: 3 }, { now, lastCountedAt: at(10) });
    expect([at(11) < since, at(10) < since]).toEqual([true, false]);
  });

  test("by whichever of the two lets go first", () => {
    const since = keptSince({ keepMs: 1_000, keepCount: 3 }, { now, lastCountedAt: at(5_000) });
    expect(since).toBe(at(999));
  });

  test("nothing is kept when none are to be, everything when any age and number are", () => {
    expect(keptSince({ keepMs: 1_000, keepCount: 0 }, { now, lastCountedAt: null })).toBe(FOREVER);
    const anything = { keepMs: Number.POSITIVE_INFINITY, keepCount: null };
    expect(keptSince(anything, { now, lastCountedAt: null })).toBe(0);
  });
});

test.each([
  ["an age below zero", { keepCompletedMs: -1 }, "jobs are kept for 0 ms or longer, got -1"],
  ["an age that is no number", { keepCompletedMs: Number.NaN }, "got NaN"],
  ["a number below zero", { keepCompletedCount: -1 }, "a whole number from 0 on, or null, got -1"],
  ["half a job", { keepCompletedCount: 0.5 }, "got 0.5"],
])("%s is refused", (_what, wrong, message) => {
  expect(() => keptOf("completed", { ...defaultUpkeepPolicy, ...wrong })).toThrow(RangeError);
  expect(() => keptOf("completed", { ...defaultUpkeepPolicy, ...wrong })).toThrow(message);
  expect(() => keptOf("failed", { ...defaultUpkeepPolicy, ...wrong })).not.toThrow();
});

test("keeping none, or no time at all, is allowed", () => {
  const none = { ...defaultUpkeepPolicy, keepCompletedMs: 0, keepCompletedCount: 0 };
  expect(keptOf("completed", none)).toEqual({ keepMs: 0, keepCount: 0 });
});

test("a step deletes one job or more", () => {
  expect(() => checkPruneLimit(1)).not.toThrow();
  for (const limit of [0, -1, 0.5, Number.NaN]) expect(() => checkPruneLimit(limit)).toThrow(RangeError);
  expect(() => checkPruneLimit(0)).toThrow("deletes 1 job or more, got a limit of 0");
});
