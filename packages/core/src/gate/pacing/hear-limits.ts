import { expectedTokens } from "./buckets.js";
import { newPace } from "./pace.js";
import type { Pacing } from "./pacing.js";

/** What an answer's headers said, already per minute. What a provider did not say is left out. */
export interface ToldLimits {
  readonly requestsPerMinute?: number;
  readonly remainingRequests?: number;
  readonly tokensPerMinute?: number;
  readonly remainingTokens?: number;
}

export function hearLimits(pacing: Pacing, told: ToldLimits): Pacing {
  const requestsPerMinute = positive(told.requestsPerMinute) ?? pacing.toldRequestsPerMinute;
  const tokensPerMinute = positive(told.tokensPerMinute) ?? pacing.toldTokensPerMinute;
  let next = pacing;
  if (requestsPerMinute !== pacing.toldRequestsPerMinute || tokensPerMinute !== pacing.toldTokensPerMinute) {
    // A new limit is better news than anything that refusals have taught.
    next = {
      ...next,
      toldRequestsPerMinute: requestsPerMinute,
      toldTokensPerMinute: tokensPerMinute,
      pace: newPace(),
    };
  }
  if ((told.remainingRequests ?? 1) < 1 && next.permits > 0) next = { ...next, permits: 0 };
  if ((told.remainingTokens ?? Infinity) < expectedTokens(next) && next.tokens > 0)
    next = { ...next, tokens: 0 };
  return next;
}

/** Azure was seen to say -1 and 0, which are no limits. */
function positive(limit: number | undefined): number | null {
  return limit !== undefined && limit > 0 && Number.isFinite(limit) ? limit : null;
}
