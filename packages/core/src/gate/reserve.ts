import type { EpochMs } from "../time.js";
import { closedUntil, type Gate, isProbing } from "./gate.js";
import { charge, draw, nextPermitAt, readyPermits, refill } from "./pacing/buckets.js";

export interface Reservation {
  /** How many jobs may be claimed through this gate now: a whole number, at most what was wanted. */
  readonly granted: number;
  /** When asking again can bring more; `null` when no passing of time will (a window is full, a probe is on its way). */
  readonly nextPermitAt: EpochMs | null;
  /**
   * The gate if all granted jobs are taken. If fewer are, write that number to its `drawn`; if none is, nothing needs to be
   * written.
   */
  readonly next: Gate;
}

/** `inFlight`: live leases of jobs that passed this gate. */
export function reserve(
  gate: Gate,
  { now, want, inFlight }: { now: EpochMs; want: number; inFlight: number },
): Reservation {
  const until = closedUntil(gate, now);
  if (until !== null) return { granted: 0, nextPermitAt: until, next: gate };

  const { limits } = gate;
  const booked = bookDraw(gate);
  const pacing = refill(booked.pacing, limits, now);
  const window = isProbing(gate, now) ? 1 : limits.maxInFlight;
  const wanted = Math.min(Math.floor(want), window === null ? Infinity : Math.max(0, window - inFlight));
  const granted = Math.max(0, Math.min(wanted, readyPermits(pacing, limits)));
  const next = { ...booked, pacing, drawn: granted };
  if (granted >= wanted) return { granted, nextPermitAt: null, next };
  return { granted, nextPermitAt: nextPermitAt(charge(pacing, granted), limits), next };
}

/** Moves what was drawn into the pacing. Everything that reads or changes the pacing does this first. */
export function bookDraw(gate: Gate): Gate {
  return gate.drawn === 0 ? gate : { ...gate, drawn: 0, pacing: draw(gate.pacing, gate.limits, gate.drawn) };
}
