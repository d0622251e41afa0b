import { assertNever } from "../assert-never.js";
import type { ClosingReason } from "./gate.js";

export interface GatePolicy {
  /** The longest wait after a rate limit that came without one (the old `RATE_LIMIT_PAUSE_MS`). */
  readonly maxUntoldWaitMs: number;
}

export const defaultGatePolicy: GatePolicy = { maxUntoldWaitMs: 60_000 };

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const MAX_DOWN_WAIT_MS = MINUTE_MS;
/** A human has to pay a bill or mend a key, or midnight has to come: a probe a minute at first, then four an hour. */
const FIRST_BLOCKED_WAIT_MS = MINUTE_MS;
const MAX_BLOCKED_WAIT_MS = 15 * MINUTE_MS;

const MIN_TOLD_WAIT_MS = 250;
const MAX_TOLD_WAIT_MS = 24 * 60 * MINUTE_MS;

/** How much of a wait that a provider named is believed, in whole ms: 250 ms to a day. */
export function toldWaitMs(waitMs: number): number {
  return Math.ceil(Math.min(Math.max(waitMs, MIN_TOLD_WAIT_MS), MAX_TOLD_WAIT_MS));
}

/**
 * How long to wait when nobody told us; doubles with each opening that was refused at once. After a daily quota a told
 * wait is not believed when it is shorter than this: Google was seen to say 36 s.
 */
export function untoldWaitMs(
  { reason, streak, permitMs }: { reason: ClosingReason; streak: number; permitMs: number },
  policy: GatePolicy,
): number {
  switch (reason) {
    case "rate_limited":
      // Sooner than one call's share of the minute there is nothing to be had.
      return doubled(Math.max(FIRST_WAIT_MS, Math.ceil(permitMs)), streak, policy.maxUntoldWaitMs);
    case "provider_down":
      return doubled(FIRST_WAIT_MS, streak, MAX_DOWN_WAIT_MS);
    case "daily_quota":
    case "blocked_auth":
    case "blocked_quota_exhausted":
    case "blocked_config":
      return doubled(FIRST_BLOCKED_WAIT_MS, streak, MAX_BLOCKED_WAIT_MS);
    default:
      return assertNever(reason);
  }
}

function doubled(firstMs: number, times: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** times);
}
