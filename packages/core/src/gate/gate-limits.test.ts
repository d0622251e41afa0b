import { expect, test } from "vitest";
import { isSameLimits, noLimits, toGateLimits } from "./gate-limits.js";

test("what is not named is not limited and not learned", () => {
  expect(toGateLimits({ requestsPerMinute: 600 })).toEqual({
    requestsPerMinute: 600,
    tokensPerMinute: null,
    maxInFlight: null,
    learn: false,
  });
});

test.each([
  [{ requestsPerMinute: 0 }, /requestsPerMinute.*got 0; to stop it, pause it/],
  [{ tokensPerMinute: -5 }, /tokensPerMinute/],
  [{ requestsPerMinute: Number.NaN }, /requestsPerMinute/],
  [{ tokensPerMinute: Number.POSITIVE_INFINITY }, /tokensPerMinute/],
  [{ maxInFlight: 0 }, /maxInFlight.*got 0/],
  [{ maxInFlight: 1.5 }, /maxInFlight.*whole number/],
])("%j is refused with the name of the wrong number", (limits, message) => {
  expect(() => toGateLimits(limits)).toThrow(message);
});

test("what is named with nothing in it is as if it were not named", () => {
  const nothing = { requestsPerMinute: undefined, tokensPerMinute: undefined, learn: undefined };
  // What JavaScript callers can send: the types refuse it.
  expect(toGateLimits(nothing as never)).toEqual(noLimits);
});

test.each([["yes"], [1]])("%j does not say whether a gate learns", (learn) => {
  expect(() => toGateLimits({ learn: learn as never })).toThrow(/learn of a gate must be true or false/);
});

test("limits are the same when all of them are", () => {
  expect(isSameLimits(noLimits, toGateLimits({}))).toBe(true);
  for (const other of [{ requestsPerMinute: 1 }, { tokensPerMinute: 1 }, { maxInFlight: 1 }, { learn: true }])
    expect(isSameLimits(noLimits, toGateLimits(other))).toBe(false);
});
