import type { EpochMs } from "../time.js";
import type { Gate } from "./gate.js";
import { settleTokens } from "./pacing/settle-tokens.js";
import { bookDraw } from "./reserve.js";

/**
 * Corrects what a call was charged by what it used, when its run ends in whatever way. Debits always count; credits only
 * for calls of the present epoch, or the bucket that a closing emptied would fill with old money. Answers the same object
 * when there is nothing to correct.
 */
export function settle(
  gate: Gate,
  { claimedAt, usedTokens }: { claimedAt: EpochMs; usedTokens: number | null },
): Gate {
  if (usedTokens === null || !hasTokenBudget(gate)) return gate;
  const booked = bookDraw(gate);
  const mayCredit = claimedAt >= gate.epochAt;
  return { ...booked, pacing: settleTokens(booked.pacing, { usedTokens, mayCredit }) };
}

function hasTokenBudget({ limits, pacing }: Gate): boolean {
  return limits.tokensPerMinute !== null || pacing.toldTokensPerMinute !== null;
}
