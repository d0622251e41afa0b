import type { EpochMs } from "../time.js";
import type { Gate } from "./gate.js";
import { restartBuckets } from "./pacing/buckets.js";
import { restartCounting } from "./pacing/count-calls.js";
import { bookDraw } from "./reserve.js";

/**
 * The operator's word that the trouble has gone: clears the provider's slot, not the operator's, and starts a new epoch, so
 * that an answer to an older call cannot close the gate again.
 */
export function openGate(gate: Gate, { now }: { now: EpochMs }): Gate {
  if (gate.closing === null) return gate;
  const booked = bookDraw(gate);
  const counted = { ...booked.pacing, pace: restartCounting(booked.pacing.pace, now) };
  return { ...booked, closing: null, streak: 0, epochAt: now, pacing: restartBuckets(counted, now) };
}
