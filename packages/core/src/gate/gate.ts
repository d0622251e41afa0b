import { type EpochMs, toEpochMs } from "../time.js";
import type { GateKey } from "./gate-key.js";
import type { GateLimits } from "./gate-limits.js";
import { newPacing, type Pacing } from "./pacing/pacing.js";

/**
 * Whether, and how fast, jobs may pass. Plain data: every number is finite, it survives JSON, and only the functions of
 * this folder make the next one.
 *
 * Two slots hold a gate: the operator's pause and the provider's closing. It is open when neither does.
 */
export interface Gate {
  readonly key: GateKey;
  /**
   * The last opening (in the future while the gate is closed): since when answers count. An answer to a call that was
   * claimed before it belongs to an older epoch and neither closes nor opens the gate.
   */
  readonly epochAt: EpochMs;
  readonly pausedUntil: EpochMs | null;
  /** Kept when `until` has passed: half open if its reason needs a probe, otherwise only history. */
  readonly closing: Closing | null;
  /** How many openings in a row were answered by a refusal at once; each doubles the wait that nobody told us. */
  readonly streak: number;
  readonly limits: GateLimits;
  /**
   * Permits taken at `pacing.refilledAt` that `pacing` does not contain yet. The statement that takes the jobs writes
   * here how many it really took, the one thing about a reservation that core cannot know beforehand.
   */
  readonly drawn: number;
  readonly pacing: Pacing;
}

/** What a provider's answer did to a gate. */
export interface Closing {
  readonly reason: ClosingReason;
  readonly closedAt: EpochMs;
  readonly until: EpochMs;
  /** The provider's own words, short. */
  readonly detail: string | null;
  /** The job whose call was refused. */
  readonly jobId: string | null;
}

/**
 * `blocked_…`: credit spent, key refused, model unknown. After all but `rate_limited` the gate is half open when the wait
 * is over: time alone does not tell that the trouble has gone.
 */
export type ClosingReason =
  | "rate_limited"
  | "daily_quota"
  | "provider_down"
  | "blocked_auth"
  | "blocked_quota_exhausted"
  | "blocked_config";

export function newGate(key: GateKey, limits: GateLimits): Gate {
  return {
    key,
    epochAt: toEpochMs(0),
    pausedUntil: null,
    closing: null,
    streak: 0,
    limits,
    drawn: 0,
    pacing: newPacing(),
  };
}

/** Open also when it is half open, see `isProbing`. */
export function isGateOpen(gate: Gate, now: EpochMs): boolean {
  return closedUntil(gate, now) === null;
}

/** When the last of the two slots lets go; `null` when the gate is open. */
export function closedUntil(gate: Gate, now: EpochMs): EpochMs | null {
  const until = Math.max(gate.pausedUntil ?? now, gate.closing?.until ?? now);
  return until > now ? toEpochMs(until) : null;
}

/** Half open: one job at a time, until a call that was claimed after the closing succeeds. */
export function isProbing(gate: Gate, now: EpochMs): boolean {
  return gate.closing !== null && needsProbe(gate.closing.reason) && gate.closing.until <= now;
}

export function needsProbe(reason: ClosingReason): boolean {
  return reason !== "rate_limited";
}

/** Whether a claim must ask `reserve`. Stores keep it as a column: gates that need none cost a claim next to nothing. */
export function needsPermits({ limits, closing, pacing }: Gate): boolean {
  return (
    limits.learn ||
    limits.requestsPerMinute !== null ||
    limits.tokensPerMinute !== null ||
    limits.maxInFlight !== null ||
    pacing.toldRequestsPerMinute !== null ||
    pacing.toldTokensPerMinute !== null ||
    (closing !== null && needsProbe(closing.reason))
  );
}
