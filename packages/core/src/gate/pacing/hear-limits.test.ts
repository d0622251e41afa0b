import { describe, expect, test } from "vitest";
import { hearLimits } from "./hear-limits.js";
import { newPace } from "./pace.js";
import { newPacing, type Pacing } from "./pacing.js";

const learned = { ...newPace(), plateau: 600, restart: 591 };
const pacing: Pacing = { ...newPacing(), permits: 3, tokens: 900, tokensPerCall: 500, pace: learned };

describe("a limit that an answer names", () => {
  test.each([
    [{ requestsPerMinute: 60 }, { toldRequestsPerMinute: 60, toldTokensPerMinute: null }],
    [{ tokensPerMinute: 9_000 }, { toldRequestsPerMinute: null, toldTokensPerMinute: 9_000 }],
  ])("%j is kept, and what refusals taught is forgotten", (told, kept) => {
    expect(hearLimits(pacing, told)).toEqual({ ...pacing, ...kept, pace: newPace() });
  });

  test("changes nothing when it was known, or is not named again", () => {
    const known = { ...pacing, toldRequestsPerMinute: 60, toldTokensPerMinute: 9_000 };
    expect(hearLimits(known, { requestsPerMinute: 60, tokensPerMinute: 9_000 })).toBe(known);
    expect(hearLimits(known, {})).toBe(known);
  });

  test("is not believed unless it is a number above zero", () => {
    for (const limit of [0, -1, Number.POSITIVE_INFINITY, Number.NaN])
      expect(hearLimits(pacing, { requestsPerMinute: limit, tokensPerMinute: limit })).toBe(pacing);
  });
});

describe("what remains of a quota", () => {
  test("empties the bucket of requests when it is less than one", () => {
    expect(hearLimits(pacing, { remainingRequests: 0 })).toEqual({ ...pacing, permits: 0 });
    expect(hearLimits(pacing, { remainingRequests: -1 })).toEqual({ ...pacing, permits: 0 });
    expect(hearLimits(pacing, { remainingRequests: 1 })).toBe(pacing);
  });

  test("empties the bucket of tokens when it is less than a call is expected to use", () => {
    expect(hearLimits(pacing, { remainingTokens: 499 })).toEqual({ ...pacing, tokens: 0 });
    expect(hearLimits(pacing, { remainingTokens: 500 })).toBe(pacing);
  });

  test.each([0, -2])("leaves a bucket alone in which there is %i: emptying it must not fill it", (level) => {
    const empty = { ...pacing, permits: level, tokens: level };
    expect(hearLimits(empty, { remainingRequests: 0, remainingTokens: 0 })).toBe(empty);
  });
});
