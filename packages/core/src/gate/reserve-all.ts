import { type EpochMs, toEpochMs } from "../time.js";
import type { Gate } from "./gate.js";
import { type Reservation, reserve } from "./reserve.js";

/** `inFlight`: live leases of jobs that passed this gate. */
export interface GateInFlight {
  readonly gate: Gate;
  readonly inFlight: number;
}

export interface JointReservation {
  /** What the narrowest gate grants. */
  readonly granted: number;
  /** When asking again can bring more; `null` when it is not a matter of time. */
  readonly nextPermitAt: EpochMs | null;
  /** The gates if `taken` jobs are taken, in the order given. If none is, nothing needs to be written. */
  readonly nextIfTaken: (taken: number) => readonly Gate[];
}

/** A job passes all gates of its task or none: each is charged for what passed the narrowest one. */
export function reserveAll(
  gates: readonly GateInFlight[],
  { now, want }: { now: EpochMs; want: number },
): JointReservation {
  const reservations = gates.map(({ gate, inFlight }) => reserve(gate, { now, want, inFlight }));
  const granted = Math.min(want, ...reservations.map((reservation) => reservation.granted));
  return {
    granted,
    nextPermitAt: granted >= want ? null : latest(reservations.filter((each) => each.granted === granted)),
    nextIfTaken: (taken) => reservations.map(({ next }) => ({ ...next, drawn: taken })),
  };
}

/** As long as one of the narrowest gates waits for something else than time, time does not help. */
function latest(narrowest: readonly Reservation[]): EpochMs | null {
  const instants = narrowest.map(({ nextPermitAt }) => nextPermitAt).filter((at) => at !== null);
  return instants.length === narrowest.length ? toEpochMs(Math.max(...instants)) : null;
}
