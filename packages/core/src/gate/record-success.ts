import type { EpochMs } from "../time.js";
import { type Gate, isProbing } from "./gate.js";
import { hearLimits, type ToldLimits } from "./pacing/hear-limits.js";
import { bookDraw } from "./reserve.js";

/**
 * The provider answered as it should (whatever the handler made of it). The answer to a call that was claimed after the
 * closing opens a half-open gate. Answers the same object, so that nothing is written, in the usual case: gate open and no
 * limits told, or the same as before.
 */
export function recordSuccess(
  gate: Gate,
  { now, claimedAt, told = {} }: { now: EpochMs; claimedAt: EpochMs; told?: ToldLimits },
): Gate {
  const heard = hearSuccess(gate, told);
  const isAnswerToProbe = isProbing(gate, now) && claimedAt >= gate.epochAt;
  return isAnswerToProbe ? { ...heard, closing: null, streak: 0 } : heard;
}

function hearSuccess(gate: Gate, told: ToldLimits): Gate {
  const booked = bookDraw(gate);
  const pacing = hearLimits(booked.pacing, told);
  return pacing === booked.pacing ? gate : { ...booked, pacing };
}
