import { expectedTokens } from "./buckets.js";
import type { Pacing } from "./pacing.js";

/** A moving mean over some fifty calls: follows a new mix of tasks within a minute or so, ignores single long texts. */
const SHARE_OF_NEW_CALL = 1 / 50;

export function settleTokens(
  pacing: Pacing,
  { usedTokens, mayCredit }: { usedTokens: number; mayCredit: boolean },
): Pacing {
  if (!(Number.isFinite(usedTokens) && usedTokens >= 0)) {
    throw new RangeError(`used tokens must be a number from 0 on, got ${usedTokens}`);
  }
  const expected = expectedTokens(pacing);
  const overdrawn = usedTokens - expected;
  return {
    ...pacing,
    tokens: overdrawn > 0 || mayCredit ? pacing.tokens - overdrawn : pacing.tokens,
    // At least one: a call that is expected to cost nothing would make the budget endless.
    tokensPerCall:
      pacing.tokensPerCall === null
        ? Math.max(1, usedTokens)
        : Math.max(1, expected + overdrawn * SHARE_OF_NEW_CALL),
  };
}
