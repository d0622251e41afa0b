import { describe, expect, test } from "vitest";
import { addMs, type EpochMs, toEpochMs } from "../../time.js";
import { countCalls, restartCounting, skipIdleTime } from "./count-calls.js";
import { newPace, type Pace } from "./pace.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);
const counting: Pace = { ...newPace(), countedUntil: start };
const refusedOnce: Pace = { ...counting, plateau: 600, restart: 591 };

function progress(pace: Pace, calls: number, ms: number): number {
  return countCalls(pace, { calls, at: at(ms), rate: 600 }).progress;
}

describe("counting calls", () => {
  test("no calls change nothing", () => {
    expect(countCalls(counting, { calls: 0, at: at(1_000), rate: 60 })).toBe(counting);
  });

  test("adds them and their time to the tallies; a clock that runs backwards adds no time", () => {
    const once = countCalls(counting, { calls: 2, at: at(1_000), rate: 60 });
    const twice = countCalls(once, { calls: 3, at: at(500), rate: 60 });
    expect(twice).toMatchObject({
      sinceOpening: { calls: 5, ms: 1_000 },
      newer: { calls: 5, ms: 1_000 },
      older: { calls: 0, ms: 0 },
      countedUntil: at(500),
    });
  });

  test("begins with the first call: nobody knows how long the time before it was", () => {
    const first = countCalls(newPace(), { calls: 1, at: at(5_000), rate: 60 });
    expect(first).toMatchObject({ sinceOpening: { calls: 1, ms: 0 }, countedUntil: at(5_000), progress: 0 });
  });

  test("before the first refusal is a doubling every 4 s that rests on 4 calls", () => {
    expect(progress(counting, 40, 2_000)).toBe(0.5);
    expect(progress(counting, 1, 40_000)).toBe(0.25);
  });

  test("after a refusal is a unit every 8 s that rests on 40 calls, three times slower at full wariness", () => {
    expect(progress(refusedOnce, 400, 4_000)).toBe(0.5);
    expect(progress(refusedOnce, 10, 80_000)).toBe(0.25);
    expect(progress({ ...refusedOnce, wariness: 1 }, 400, 12_000)).toBe(0.5);
    expect(progress({ ...refusedOnce, wariness: 0.5 }, 400, 8_000)).toBe(0.5);
    expect(progress({ ...refusedOnce, progress: 3 }, 400, 4_000)).toBe(3.5);
  });

  test("makes no more than a thousand units of progress, however long nobody is refused", () => {
    expect(progress({ ...refusedOnce, progress: 999.9 }, 400, 8_000)).toBe(1_000);
  });

  test("moves the mean of what got through: it forgets in 50 s, a call adds 1.2 a minute", () => {
    const { throughput } = countCalls(
      { ...counting, throughput: 100 },
      { calls: 5, at: at(25_000), rate: 1 },
    );
    expect(throughput).toBeCloseTo(100 * Math.exp(-0.5) + 6);
  });

  test("notes when the first call since the opening was followed by another, once", () => {
    const first = countCalls(counting, { calls: 1, at: at(10), rate: 60 });
    const second = countCalls(first, { calls: 1, at: at(20), rate: 60 });
    const third = countCalls(second, { calls: 1, at: at(30), rate: 60 });
    expect([first, second, third].map(({ followedAt }) => followedAt)).toEqual([null, at(20), at(20)]);
  });
});

describe("a stretch of calls", () => {
  const under: Pace = { ...counting, newer: { calls: 7, ms: 7_000 }, newerFrom: 100 };

  test("begins at the rate of its first call", () => {
    expect(countCalls(counting, { calls: 1, at: at(10), rate: 60 }).newerFrom).toBe(60);
  });

  test.each([
    ["ends when the rate has grown by more than a quarter and more than eight calls passed", 2, 125.1, true],
    ["goes on while the rate has grown by a quarter only", 2, 125, false],
    ["goes on while it rests on eight calls only", 1, 125.1, false],
    ["goes on while nothing bounds the rate", 2, null, false],
  ])("%s", (_, calls, rate, hasEnded) => {
    const next = countCalls(under, { calls, at: at(1_000), rate });
    const all = { calls: 7 + calls, ms: 8_000 };
    expect(next).toMatchObject(
      hasEnded
        ? { older: all, newer: { calls: 0, ms: 0 }, newerFrom: rate }
        : { older: { calls: 0, ms: 0 }, newer: all, newerFrom: 100 },
    );
  });
});

describe("time in which nobody wanted more", () => {
  test("is not counted, up to now", () => {
    expect(skipIdleTime(counting, { idleMs: 300, now: at(1_000) }).countedUntil).toBe(at(300));
    expect(skipIdleTime(counting, { idleMs: 3_000, now: at(1_000) }).countedUntil).toBe(at(1_000));
    expect(skipIdleTime(counting, { idleMs: 3_000, now: at(-1_000) }).countedUntil).toBe(start);
    expect(skipIdleTime(newPace(), { idleMs: 300, now: start }).countedUntil).toBeNull();
  });

  test("takes probing back to the plateau, a unit in 8 s, and leaves every other progress alone", () => {
    const after = (pace: Pace) => skipIdleTime(pace, { idleMs: 8_000, now: at(8_000) }).progress;
    expect(after({ ...refusedOnce, progress: 3 })).toBe(2);
    expect(after({ ...refusedOnce, progress: 1.5 })).toBe(1);
    expect(after({ ...refusedOnce, progress: 0.5 })).toBe(0.5);
    expect(after({ ...counting, progress: 3 })).toBe(3);
  });
});

test("an opening without a rate limit before it counts anew, and takes probing back to the plateau", () => {
  const evidence = { recent: { calls: 1, ms: 1 }, sinceOpening: { calls: 1, ms: 1 }, refusedAt: start };
  const tally = { calls: 9, ms: 900 };
  const counted = {
    sinceOpening: tally,
    older: tally,
    newer: tally,
    newerFrom: 5,
    followedAt: start,
    evidence,
  };
  const learned = { throughput: 70, wariness: 0.5, restart: 591 };
  const restarted = { ...newPace(), ...learned, countedUntil: at(5) };
  const restart = (pace: Pace) => restartCounting({ ...pace, ...counted, ...learned }, at(5));
  expect(restart({ ...refusedOnce, progress: 3 })).toEqual({ ...restarted, plateau: 600, progress: 1 });
  expect(restart({ ...refusedOnce, progress: 0.5 })).toEqual({ ...restarted, plateau: 600, progress: 0.5 });
  expect(restart({ ...counting, progress: 3 })).toEqual({ ...restarted, progress: 3 });
});
