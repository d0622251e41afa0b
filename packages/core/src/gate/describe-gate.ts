import type { EpochMs } from "../time.js";
import { type Closing, type Gate, isGateOpen, isProbing } from "./gate.js";
import { requestRate, tokenRate } from "./pacing/pacing.js";

/** What holds a gate at one instant, and how fast it passes: what there is to explain. */
export interface GateDescription {
  /** `half-open`: one job at a time may pass, to find out whether the trouble has gone. */
  readonly state: "open" | "half-open" | "closed";
  /** Of a pause that holds; `FOREVER` if it has no end. */
  readonly pausedUntil: EpochMs | null;
  /** A closing that holds, or that a probe has still to end. */
  readonly closing: Closing | null;
  /** Present pace in calls, configured, told or learned; `null`: unbounded. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

export function describeGate(gate: Gate, now: EpochMs): GateDescription {
  const { pausedUntil, closing, pacing, limits } = gate;
  const isHalfOpen = isProbing(gate, now);
  return {
    state: isGateOpen(gate, now) ? (isHalfOpen ? "half-open" : "open") : "closed",
    pausedUntil: pausedUntil !== null && pausedUntil > now ? pausedUntil : null,
    closing: closing !== null && (closing.until > now || isHalfOpen) ? closing : null,
    requestsPerMinute: requestRate(pacing, limits),
    tokensPerMinute: tokenRate(pacing, limits),
  };
}
