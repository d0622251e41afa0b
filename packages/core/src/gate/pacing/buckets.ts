import { type EpochMs, FOREVER, toEpochMs } from "../../time.js";
import type { GateLimits } from "../gate-limits.js";
import { countCalls, skipIdleTime } from "./count-calls.js";
import { MINUTE_MS, type Pacing, requestRate, tokenRate } from "./pacing.js";

/**
 * What a late worker must not lose, and no more: strict providers refuse bursts. Slow gates have one call and a hundredth:
 * with a quarter of a call more, two in a row come too close together for a provider without a burst.
 */
const REQUEST_BURST_MS = 250;
const LEAST_REQUEST_BURST = 1.01;
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

/** Both buckets as they stand at `now`, never above their burst. A clock that runs backwards brings nothing. */
export function refill(pacing: Pacing, limits: GateLimits, now: EpochMs): Pacing {
  if (now <= pacing.refilledAt) return pacing;
  const requests = requestRate(pacing, limits);
  const tokens = tokenRate(pacing, limits);
  const elapsedMs = now - pacing.refilledAt;
  const permits = fill(pacing.permits, requests, elapsedMs, requestBurst);
  const usable = fill(
    pacing.tokens,
    tokens,
    elapsedMs,
    (perMs) => expectedTokens(pacing) + perMs * TOKEN_BURST_MS,
  );
  const idleMs = requests === null ? usable.idleMs : permits.idleMs;
  return {
    ...pacing,
    refilledAt: now,
    permits: permits.level,
    tokens: usable.level,
    pace: limits.learn && idleMs > 0 ? skipIdleTime(pacing.pace, { idleMs, now }) : pacing.pace,
  };
}

function requestBurst(perMs: number): number {
  return Math.max(LEAST_REQUEST_BURST, perMs * REQUEST_BURST_MS);
}

/** `idleMs`: for how long the bucket has been full. A bucket without a rate stays empty: nobody asks it. */
function fill(
  level: number,
  perMinute: number | null,
  elapsedMs: number,
  burstAt: (perMs: number) => number,
): { level: number; idleMs: number } {
  if (perMinute === null) return { level: 0, idleMs: 0 };
  const perMs = perMinute / MINUTE_MS;
  const burst = burstAt(perMs);
  const filled = level + perMs * elapsedMs;
  return { level: Math.min(filled, burst), idleMs: Math.max(0, (filled - burst) / perMs) };
}

/** Exactly one permit is ready at `openAt`, and refilling starts there: no thundering herd. */
export function restartBuckets(pacing: Pacing, openAt: EpochMs): Pacing {
  return { ...pacing, refilledAt: openAt, permits: 1, tokens: expectedTokens(pacing) };
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
  const at = pacing.refilledAt + Math.ceil(Math.max(1, ...waits));
  return at < FOREVER ? toEpochMs(at) : FOREVER;
}

function waitMs(level: number, oneCall: number, perMinute: number | null): number {
  if (perMinute === null) return 0;
  const perMs = perMinute / MINUTE_MS;
  return (Math.max(oneCall, perMs * MIN_WAIT_MS) - level) / perMs;
}

/** What the buckets hold after calls that are claimed at `pacing.refilledAt`. */
export function charge(pacing: Pacing, calls: number): Pacing {
  return {
    ...pacing,
    permits: pacing.permits - calls,
    tokens: pacing.tokens - calls * expectedTokens(pacing),
  };
}

/** Charges calls that were claimed at `pacing.refilledAt`, and counts them as passed. */
export function draw(pacing: Pacing, limits: GateLimits, calls: number): Pacing {
  const charged = charge(pacing, calls);
  if (!limits.learn) return charged;
  const rate = requestRate(pacing, limits);
  return { ...charged, pace: countCalls(pacing.pace, { calls, at: pacing.refilledAt, rate }) };
}
