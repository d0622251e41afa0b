import { addMs, type EpochMs, FOREVER } from "../time.js";
import type { Gate } from "./gate.js";

/** The operator's slot. The latest word holds: it may also shorten a pause. `forMs: null` means until resumed. */
export function pauseGate(gate: Gate, { now, forMs }: { now: EpochMs; forMs: number | null }): Gate {
  if (forMs !== null && !(forMs > 0))
    throw new RangeError(`a pause must last longer than 0 ms, got ${forMs}`);
  const pausedUntil = forMs === null || forMs >= FOREVER - now ? FOREVER : addMs(now, forMs);
  return { ...gate, pausedUntil };
}

/** Clears only the operator's slot: what the provider closed stays closed. */
export function resumeGate(gate: Gate): Gate {
  return gate.pausedUntil === null ? gate : { ...gate, pausedUntil: null };
}
