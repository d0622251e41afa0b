import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { type Closing, type ClosingReason, type Gate, needsProbe } from "./gate.js";
import { defaultGatePolicy, type GatePolicy, toldWaitMs, untoldWaitMs } from "./gate-policy.js";
import { restartBuckets } from "./pacing/buckets.js";
import { restartCounting } from "./pacing/count-calls.js";
import { learnFromRefusal } from "./pacing/learn-from-refusal.js";
import { isFirstCall } from "./pacing/pace.js";
import { MINUTE_MS, type Pacing, requestCap, requestRate } from "./pacing/pacing.js";
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

/** Without counted calls, a refusal so soon after the opening is taken for one of the first call. */
const AT_OPENING_MS = 1_000;
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
  const booked = bookDraw(gate);
  const streak = isRefusedAtOpening(booked, refusal) ? Math.min(gate.streak + 1, MAX_STREAK) : 0;
  const closing = toClosing(refusal, waitMs(booked, refusal, streak, policy));
  const openAt = closing.until;
  const pacing = restartBuckets(learn(booked, refusal, openAt), openAt);
  return { ...booked, closing, streak, epochAt: openAt, pacing };
}

/** Only rate limits say something about the rate; after anything else counting starts anew. */
function learn(
  { limits, pacing }: Gate,
  { reason, now, claimedAt, waitMs }: Refusal,
  opensAt: EpochMs,
): Pacing {
  if (!limits.learn) return pacing;
  if (reason !== "rate_limited") return { ...pacing, pace: restartCounting(pacing.pace, opensAt) };
  const rate = requestRate(pacing, limits);
  const cap = requestCap(pacing, limits);
  const pace = learnFromRefusal(pacing.pace, { now, claimedAt, opensAt, isTold: waitMs !== null, rate, cap });
  return { ...pacing, pace };
}

/**
 * A call from before the closing was refused, too. That is no news but for two things: a longer wait, if it was told, and
 * a trouble that needs a probe where a passing one was believed.
 */
function extendClosing(gate: Gate, refusal: Refusal, policy: GatePolicy): Gate {
  const { closing } = gate;
  if (closing === null || closing.until <= refusal.now) return gate;
  const isWorse = needsProbe(refusal.reason) && !needsProbe(closing.reason);
  if (refusal.waitMs === null && !isWorse) return gate;
  const other = toClosing(refusal, waitMs(gate, refusal, 0, policy));
  if (other.until <= closing.until && !isWorse) return gate;
  const until = toEpochMs(Math.max(other.until, closing.until));
  const next = isWorse ? { ...other, closedAt: closing.closedAt, until } : { ...closing, until };
  const counted = { ...gate.pacing, pace: { ...gate.pacing.pace, countedUntil: until } };
  return { ...gate, closing: next, epochAt: until, pacing: restartBuckets(counted, until) };
}

/** Whether the first calls after the last opening are refused again for the same reason: one burst, so the wait doubles. */
function isRefusedAtOpening({ closing, limits, pacing }: Gate, { claimedAt, reason }: Refusal): boolean {
  if (closing === null || closing.reason !== reason) return false;
  if (needsProbe(reason)) return true;
  return limits.learn ? isFirstCall(pacing.pace, claimedAt) : claimedAt - closing.until < AT_OPENING_MS;
}

function waitMs(
  { limits, pacing }: Gate,
  { reason, waitMs: told }: Refusal,
  streak: number,
  policy: GatePolicy,
): number {
  const rate = requestRate(pacing, limits);
  const permitMs = rate === null ? 0 : MINUTE_MS / rate;
  const untold = untoldWaitMs({ reason, streak, permitMs }, policy);
  if (told === null) return untold;
  const clamped = toldWaitMs(told);
  return needsProbe(reason) ? Math.max(clamped, untold) : clamped;
}

function toClosing({ now, reason, detail, jobId }: Refusal, wait: number): Closing {
  return { reason, closedAt: now, until: addMs(now, wait), detail, jobId };
}
