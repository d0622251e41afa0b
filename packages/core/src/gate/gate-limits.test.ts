import { expect, test } from "vitest";
import { toGateLimits } from "./gate-limits.js";

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
  [{ maxInFlight: 1.5 }, /maxInFlight.*whole number/],
])("%j is refused with the name of the wrong number", (limits, message) => {
  expect(() => toGateLimits(limits)).toThrow(message);
});
