import { expect, test } from "vitest";
import { newPacing, type Pacing } from "./pacing.js";
import { settleTokens } from "./settle-tokens.js";

const pacing: Pacing = { ...newPacing(), tokens: 5_000 };

test("the first call that is settled says what calls are expected to use, later ones move the mean by a fiftieth", () => {
  const first = settleTokens(pacing, { usedTokens: 400, mayCredit: true });
  expect(first).toEqual({ ...pacing, tokens: 5_600, tokensPerCall: 400 });
  expect(settleTokens(first, { usedTokens: 900, mayCredit: false })).toEqual({
    ...first,
    tokens: 5_100,
    tokensPerCall: 410,
  });
  expect(settleTokens(first, { usedTokens: 100, mayCredit: true }).tokensPerCall).toBeCloseTo(394);
});

test("what was not used comes back only if it may", () => {
  expect(settleTokens(pacing, { usedTokens: 400, mayCredit: false }).tokens).toBe(5_000);
});

test("a call is expected to use one token at least", () => {
  expect(settleTokens(pacing, { usedTokens: 0, mayCredit: true }).tokensPerCall).toBe(1);
  const cheap = { ...pacing, tokensPerCall: 1 };
  expect(settleTokens(cheap, { usedTokens: 0, mayCredit: true }).tokensPerCall).toBe(1);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("%d used tokens are refused", (usedTokens) => {
  expect(() => settleTokens(pacing, { usedTokens, mayCredit: true })).toThrow(
    new RangeError(`used tokens must be a number from 0 on, got ${usedTokens}`),
  );
});
