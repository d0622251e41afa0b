import { addMs, type EpochMs } from "../../time.js";
import type { GateLimits } from "../gate-limits.js";
import { countDraw, K, skipIdle } from "./pace.js";
import { MINUTE_MS, type Pacing, requestRate, tokenRate } from "./pacing.js";

/** A late worker must not lose permits, and no more than that: a bigger burst is what strict providers refuse. */
const REQUEST_BURST_MS = 250;
/** Larger, or the credit of calls that used less than expected overflows and is lost (81-93 % of the quota, not 98). */
const TOKEN_BURST_MS = 5_000;
/** Permits come at least this much at a time: claims stay below about 50 per second and worker. */
const MIN_WAIT_MS = 20;
/** What a call is charged before any usage is known. Only the first calls of a gate notice. */
const FIRST_TOKENS_PER_CALL = 1_000;
/** Sums of fractions end a hair below the whole number that they mean. */
const ROUNDING = 1e-6;

export function expectedTokens(pacing: Pacing): number {
  return pacing.tokensPerCall ?? FIRST_TOKENS_PER_CALL;
}

/** Both buckets as they stand at `now`. Never above their burst; time that runs backwards brings nothing. */
export function refill(pacing: Pacing, limits: GateLimits, now: EpochMs): Pacing {
  if (now <= pacing.refilledAt) return pacing;
  const minutes = (now - pacing.refilledAt) / MINUTE_MS;
  const requests = requestRate(pacing, limits);
  const tokens = tokenRate(pacing, limits);
  let permits = 1;
  let pace = pacing.pace;
  if (requests !== null) {
    const burst = K.burst === 1 ? 1 + requests * (REQUEST_BURST_MS / MINUTE_MS) : Math.max(1.01, requests * (REQUEST_BURST_MS / MINUTE_MS));
    permits = pacing.permits + minutes * requests;
    const over = permits - burst;
    if (over > 0) {
      permits = burst;
      pace = skipIdle(pace, (over / requests) * MINUTE_MS, now);
    }
  }
  return {
    ...pacing,
    refilledAt: now,
    permits,
    pace,
    tokens:
      tokens === null
        ? 0
        : Math.min(
            pacing.tokens + minutes * tokens,
            expectedTokens(pacing) + tokens * (TOKEN_BURST_MS / MINUTE_MS),
          ),
  };
}

/** Exactly one permit is ready at `openAt`, and refilling starts there: no thundering herd. */
export function restartBuckets(pacing: Pacing, openAt: EpochMs): Pacing {
  return {
    ...pacing,
    refilledAt: openAt,
    permits: 1,
    tokens: Math.min(pacing.tokens, expectedTokens(pacing)),
  };
}

/** How many calls may be claimed at `pacing.refilledAt`; infinite when there is no budget. */
export function readyPermits(pacing: Pacing, limits: GateLimits): number {
  const byRequests = requestRate(pacing, limits) === null ? Infinity : Math.floor(pacing.permits + ROUNDING);
  const byTokens =
    tokenRate(pacing, limits) === null
      ? Infinity
      : Math.floor(pacing.tokens / expectedTokens(pacing) + ROUNDING);
  return Math.max(0, Math.min(byRequests, byTokens));
}

/** When the buckets that are empty now will have something to give. */
export function nextPermitAt(pacing: Pacing, limits: GateLimits): EpochMs {
  const waits = [
    waitMs(pacing.permits, 1, requestRate(pacing, limits)),
    waitMs(pacing.tokens, expectedTokens(pacing), tokenRate(pacing, limits)),
  ];
  return addMs(pacing.refilledAt, Math.ceil(Math.max(1, ...waits)));
}

function waitMs(level: number, oneCall: number, perMinute: number | null): number {
  if (perMinute === null) return 0;
  const perMs = perMinute / MINUTE_MS;
  return (Math.max(oneCall, perMs * MIN_WAIT_MS) - level) / perMs;
}

/** Charges calls that were claimed at `pacing.refilledAt`. */
export function draw(pacing: Pacing, limits: GateLimits, calls: number): Pacing {
  return {
    ...pacing,
    permits: pacing.permits - calls,
    tokens: pacing.tokens - calls * expectedTokens(pacing),
    pace: countDraw(pacing.pace, calls, pacing.refilledAt, requestRate(pacing, limits)),
  };
}
