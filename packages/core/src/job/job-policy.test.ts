import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, defaultJobPolicy } from "./job-policy.js";

const { backoff } = defaultJobPolicy;

test("the ceiling is 2 s after the first attempt, doubles, and stops at 10 minutes", () => {
  const ceilings = [1, 2, 3, 4, 9, 10, 99].map((attempt) => backoffMs(backoff, attempt, 1));
  expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 512_000, 600_000, 600_000]);
});

test("chance takes anything from nothing to the ceiling", () => {
  expect(backoffMs(backoff, 3, 0)).toBe(0);
  expect(backoffMs(backoff, 3, 0.25)).toBe(2_000);
});

const somePolicy = fc.record({ baseMs: fc.nat(), maxMs: fc.nat() });
const someFraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const someAttempt = fc.integer({ min: 0, max: 2 ** 31 });

test("a wait is a whole number from 0 to the ceiling, whatever the attempt", () => {
  fc.assert(
    fc.property(somePolicy, someAttempt, someFraction, (policy, attempt, fraction) => {
      const wait = backoffMs(policy, attempt, fraction);
      expect(Number.isSafeInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(policy.maxMs);
      if (attempt <= 1) expect(wait).toBeLessThanOrEqual(policy.baseMs);
    }),
  );
});

test("a later attempt never waits less, nor does a larger share", () => {
  fc.assert(
    fc.property(somePolicy, someAttempt, someFraction, someFraction, (policy, attempt, one, other) => {
      expect(backoffMs(policy, attempt + 1, one)).toBeGreaterThanOrEqual(backoffMs(policy, attempt, one));
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(backoffMs(policy, attempt, more)).toBeGreaterThanOrEqual(backoffMs(policy, attempt, less));
    }),
  );
});
