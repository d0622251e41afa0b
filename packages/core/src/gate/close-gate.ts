import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { type Closing, type ClosingReason, type Gate, needsProbe } from "./gate.js";
import { defaultGatePolicy, type GatePolicy, untoldWaitMs } from "./gate-policy.js";
import { restartBuckets } from "./pacing/buckets.js";
import { isFirstAfterOpening, K, learn, learnLate } from "./pacing/pace.js";
import { requestCap, requestRate } from "./pacing/pacing.js";
import { bookDraw } from "./reserve.js";

/** An answer that says "not now" to every job behind the gate. */
export interface Refusal {
  readonly now: EpochMs;
  /** When the refused call's job was claimed; tells news from echoes. */
  readonly claimedAt: EpochMs;
  readonly reason: ClosingReason;
  /** The wait that the provider named. */
  readonly waitMs: number | null;
  readonly detail: string | null;
  readonly jobId: string | null;
}

const MIN_WAIT_MS = 250;
const MAX_WAIT_MS = 24 * 60 * 60 * 1_000;
/** Enough for any doubling to reach its bound, and 2^30 is still a small number. */
const MAX_STREAK = 30;

/**
 * Closes the gate for everybody, or answers the same object when the refusal changes nothing. Within an epoch a closing
 * only ever extends.
 */
export function closeGate(gate: Gate, refusal: Refusal, policy: GatePolicy = defaultGatePolicy): Gate {
  return refusal.claimedAt < gate.epochAt
    ? extendClosing(gate, refusal, policy)
    : startClosing(gate, refusal, policy);
}

function startClosing(gate: Gate, refusal: Refusal, policy: GatePolicy): Gate {
  const streak = isRefusedAtOpening(bookDraw(gate), refusal) ? Math.min(gate.streak + 1, MAX_STREAK) : 0;
  const booked = bookDraw(gate);
  const rate = requestRate(booked.pacing, gate.limits);
  let wait = waitMs(refusal, streak, policy);
  if (refusal.reason === "rate_limited" && refusal.waitMs === null && rate !== null) {
    const r = booked.pacing.pace.measured !== null && streak > 0 ? booked.pacing.pace.measured.rate : rate;
    wait = Math.ceil(Math.min(policy.maxUntoldWaitMs, Math.max(K.minWait, 60000 / r) * 2 ** streak));
  }
  const closing = toClosing(refusal, wait);
  let pacing = booked.pacing;
  if (gate.limits.learn && refusal.reason === "rate_limited")
    pacing = {
      ...pacing,
      pace: learn(pacing.pace, {
        now: refusal.now,
        claimedAt: refusal.claimedAt,
        waitMs: wait,
        told: refusal.waitMs !== null,
        cap: requestCap(pacing, gate.limits),
        rate,
      }),
    };
  return {
    ...booked,
    closing,
    streak,
    epochAt: closing.until,
    pacing: restartBuckets(pacing, closing.until),
  };
}

/**
 * A call from before the closing was refused, too. That is no news but for two things: a longer wait, if it was told, and
 * a trouble that needs a probe where a passing one was believed.
 */
function extendClosing(gate: Gate, refusal: Refusal, policy: GatePolicy): Gate {
  const { closing } = gate;
  if (gate.limits.learn && refusal.reason === "rate_limited") gate = { ...gate, pacing: { ...gate.pacing, pace: learnLate(gate.pacing.pace) } };
  if (closing === null || closing.until <= refusal.now) return gate;
  const isWorse = needsProbe(refusal.reason) && !needsProbe(closing.reason);
  if (refusal.waitMs === null && !isWorse) return gate;
  const other = toClosing(refusal, waitMs(refusal, 0, policy));
  if (other.until <= closing.until && !isWorse) return gate;
  const until = toEpochMs(Math.max(other.until, closing.until));
  const next = isWorse ? { ...other, closedAt: closing.closedAt, until } : { ...closing, until };
  return { ...gate, closing: next, epochAt: until, pacing: restartBuckets(gate.pacing, until) };
}

/** Whether the first calls after the last opening are refused again for the same reason: one burst, so the wait doubles. */
function isRefusedAtOpening({ closing, limits, pacing }: Gate, { claimedAt, reason }: Refusal): boolean {
  if (closing === null || closing.reason !== reason) return false;
  if (needsProbe(reason)) return true;
  if (limits.learn) return isFirstAfterOpening(pacing.pace, claimedAt);
  return claimedAt - closing.until <= closing.until - closing.closedAt;
}

function waitMs({ reason, waitMs: told }: Refusal, streak: number, policy: GatePolicy): number {
  const untold = untoldWaitMs(reason, streak, policy);
  if (told === null) return untold;
  const clamped = Math.ceil(Math.min(Math.max(told, MIN_WAIT_MS), MAX_WAIT_MS));
  return needsProbe(reason) ? Math.max(clamped, untold) : clamped;
}

function toClosing({ now, reason, detail, jobId }: Refusal, wait: number): Closing {
  return { reason, closedAt: now, until: addMs(now, wait), detail, jobId };
}
