import { describe, expect, test } from "vitest";
import { addMs, type EpochMs, FOREVER, toEpochMs } from "../../time.js";
import { toGateLimits } from "../gate-limits.js";
import { charge, draw, nextPermitAt, readyPermits, refill, restartBuckets } from "./buckets.js";
import { newPacing, type Pacing } from "./pacing.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);

/** Limits whose paced rates are round numbers: 985 of 1,000 pass. */
const calls = toGateLimits({ requestsPerMinute: 60_000 / 0.985 }); // one per ms
const slow = toGateLimits({ requestsPerMinute: 60 / 0.985 }); // one per s
const tokens = toGateLimits({ tokensPerMinute: 60_000 / 0.985 }); // one per ms
const pacing: Pacing = { ...newPacing(), refilledAt: start, permits: 0, tokens: 0, tokensPerCall: 100 };

describe("refilling", () => {
  test("brings what the rate brings in the time, up to the burst", () => {
    expect(refill(pacing, calls, at(40)).permits).toBeCloseTo(40);
    expect(refill({ ...pacing, permits: -30 }, calls, at(40)).permits).toBeCloseTo(10);
    expect(refill(pacing, calls, at(9_000)).permits).toBeCloseTo(250);
    expect(refill(pacing, slow, at(9_000)).permits).toBeCloseTo(1.01);
    expect(refill(pacing, tokens, at(40)).tokens).toBeCloseTo(40);
    expect(refill(pacing, tokens, at(9_000)).tokens).toBeCloseTo(5_100);
  });

  test("leaves the bucket of a limit that nobody has set empty", () => {
    expect(refill({ ...pacing, tokens: 7 }, calls, at(40)).tokens).toBe(0);
    expect(refill({ ...pacing, permits: 7 }, tokens, at(40)).permits).toBe(0);
  });

  test("is done once for an instant, and never for one before", () => {
    expect(refill(pacing, calls, start)).toBe(pacing);
    expect(refill(pacing, calls, at(-5))).toBe(pacing);
    expect(refill(pacing, calls, at(5)).refilledAt).toBe(at(5));
  });

  test("does not count the time in which the bucket that holds calls back was full, if the gate learns", () => {
    const counting = { ...pacing, pace: { ...pacing.pace, countedUntil: start } };
    const counted = (limits: Parameters<typeof toGateLimits>[0]) =>
      (refill(counting, toGateLimits({ learn: true, ...limits }), at(9_000)).pace.countedUntil ?? 0) - start;
    expect(counted({ requestsPerMinute: 60_000 / 0.985 })).toBe(8_750);
    expect(counted({ requestsPerMinute: 60_000 / 0.985, tokensPerMinute: 60_000 / 0.985 })).toBe(8_750);
    expect(counted({ requestsPerMinute: 60 / 0.985 })).toBeCloseTo(7_990);
    expect(counted({ tokensPerMinute: 60_000 / 0.985 })).toBe(3_900);
    expect(counted({ requestsPerMinute: 60_000 / 0.985, learn: false })).toBe(0);
    const inDebt = { ...counting, permits: -10_000 };
    expect(refill(inDebt, { ...calls, learn: true }, at(9_000)).pace).toBe(inDebt.pace);
  });
});

describe("permits that are ready", () => {
  test("are whole ones of the scarcer bucket, and never fewer than none", () => {
    const both = { ...calls, tokensPerMinute: 60_000 };
    expect(readyPermits({ ...pacing, permits: 2.9 }, calls)).toBe(2);
    expect(readyPermits({ ...pacing, permits: 2.9, tokens: 190 }, both)).toBe(1);
    expect(readyPermits({ ...pacing, permits: 2.9, tokens: 990 }, both)).toBe(2);
    expect(readyPermits({ ...pacing, tokens: 350 }, tokens)).toBe(3);
    expect(readyPermits({ ...pacing, permits: -3 }, calls)).toBe(0);
  });

  test("count a sum of fractions that ends a hair below the whole number that it means", () => {
    expect(readyPermits({ ...pacing, permits: 3 - 1e-7 }, calls)).toBe(3);
    expect(readyPermits({ ...pacing, tokens: 300 - 1e-6 }, tokens)).toBe(3);
  });

  test("have no end without a budget", () => {
    expect(readyPermits(pacing, toGateLimits({}))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the next permit", () => {
  test("comes when the emptier bucket has enough for a call, in whole milliseconds", () => {
    const both = { ...slow, tokensPerMinute: tokens.tokensPerMinute };
    expect(nextPermitAt({ ...pacing, permits: 0.2505 }, slow)).toBe(at(750));
    expect(nextPermitAt({ ...pacing, tokens: -50 }, tokens)).toBe(at(150));
    expect(nextPermitAt({ ...pacing, permits: 0.25 + 1e-9, tokens: -50 }, both)).toBe(at(750));
    expect(nextPermitAt({ ...pacing, permits: 0.9, tokens: -50 }, both)).toBe(at(150));
  });

  test("comes with others if they are fast: workers need not ask more often than every 20 ms", () => {
    expect(nextPermitAt({ ...pacing, permits: 5 + 1e-9 }, calls)).toBe(at(15));
  });

  test("is a millisecond away at least, and never beyond what stores can hold", () => {
    expect(nextPermitAt({ ...pacing, permits: 99 }, calls)).toBe(at(1));
    expect(nextPermitAt({ ...pacing, tokens: -1e300 }, tokens)).toBe(FOREVER);
  });
});

test("a call is charged one permit and what it is expected to use, a thousand tokens if nobody knows", () => {
  const full = { ...pacing, permits: 5, tokens: 5_000 };
  expect(charge(full, 2)).toEqual({ ...full, permits: 3, tokens: 4_800 });
  expect(charge({ ...full, tokensPerCall: null }, 2).tokens).toBe(3_000);
});

test("drawn calls are charged, and counted where the gate learns", () => {
  expect(draw(pacing, calls, 2)).toEqual(charge(pacing, 2));
  expect(draw(pacing, { ...calls, learn: true }, 2).pace.sinceOpening.calls).toBe(2);
  expect(draw(pacing, { ...calls, learn: true }, 2).pace.newerFrom).toBeCloseTo(60_000);
});

test("at an opening one call is ready, in both buckets", () => {
  const restarted = restartBuckets({ ...pacing, permits: 9, tokens: 9_000 }, at(5));
  expect(restarted).toEqual({ ...pacing, refilledAt: at(5), permits: 1, tokens: 100 });
});
