import { type EpochMs, toEpochMs } from "../../time.js";
import type { GateLimits } from "../gate-limits.js";
import { newPace, type Pace, paceRate } from "./pace.js";

export const MINUTE_MS = 60_000;

/**
 * A known limit is paced a little below: at the limit itself the jitter of claims alone gets 1-2 % of the calls refused.
 */
const SHARE_OF_KNOWN_LIMIT = 0.985;

/** How fast jobs pass a gate, and what it takes to find out. Rates are per minute, so that people can read the row. */
export interface Pacing {
  readonly refilledAt: EpochMs;
  /** Calls that may be claimed at `refilledAt`. */
  readonly permits: number;
  /** Tokens that may be used at `refilledAt`; below zero when calls used more than they were expected to. */
  readonly tokens: number;
  /** What a call is charged before its usage is known: the moving mean of settled calls. `null` before the first. */
  readonly tokensPerCall: number | null;
  /** Limits that the provider's answers named, if any. */
  readonly toldRequestsPerMinute: number | null;
  readonly toldTokensPerMinute: number | null;
  /** What refusals taught; as new where `limits.learn` is off. */
  readonly pace: Pace;
}

export function newPacing(): Pacing {
  return {
    refilledAt: toEpochMs(0),
    permits: 1,
    tokens: 0,
    tokensPerCall: null,
    toldRequestsPerMinute: null,
    toldTokensPerMinute: null,
    pace: newPace(),
  };
}

/** The calls per minute that the gate never exceeds; `null` when nobody has named a limit. */
export function requestCap(pacing: Pacing, limits: GateLimits): number | null {
  return paced(limits.requestsPerMinute, pacing.toldRequestsPerMinute);
}

export function tokenRate(pacing: Pacing, limits: GateLimits): number | null {
  return paced(limits.tokensPerMinute, pacing.toldTokensPerMinute);
}

function paced(configured: number | null, told: number | null): number | null {
  if (configured === null && told === null) return null;
  return SHARE_OF_KNOWN_LIMIT * Math.min(configured ?? Number.MAX_VALUE, told ?? Number.MAX_VALUE);
}

/** The calls per minute that pass at present; `null` when nothing bounds them. */
export function requestRate(pacing: Pacing, limits: GateLimits): number | null {
  const cap = requestCap(pacing, limits);
  if (!limits.learn) return cap;
  return paceRate(pacing.pace, { cap, isLimitKnown: cap !== null || tokenRate(pacing, limits) !== null });
}
