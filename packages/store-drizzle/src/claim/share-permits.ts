import { type EpochMs, type Gate, type GateKey, reserve, reserveAll } from "@sluice/core";
import type { TaskLimits } from "./claim-unpaced.js";
import type { Permits, ReadGate } from "./read-permits.js";

/** What one claim may take, decided on gates as they were read. */
export interface Shares {
  /** Task types that may take something, with how much. */
  readonly tasks: TaskLimits;
  /** The gates that are charged for it, as they are if nothing of it is taken. */
  readonly charged: readonly { readonly revision: number; readonly next: Gate }[];
  /** For task types that may take less than they want: when there may be more; `null` when that is no matter of time. */
  readonly nextPermitAt: ReadonlyMap<string, EpochMs | null>;
}

/** Serves the task types in their order: what one may take through a gate, the next ones may not. */
export function sharePermits(
  { now, gates }: Permits,
  wanted: { readonly tasks: TaskLimits; readonly limit: number },
): Shares {
  const current = new Map<GateKey, ReadGate>(gates.map((read) => [read.gate.key, read]));
  const tasks: { taskType: string; limit: number }[] = [];
  const nextPermitAt = new Map<string, EpochMs | null>();
  let left = wanted.limit;
  for (const { taskType, limit } of wanted.tasks) {
    const want = Math.min(limit, left);
    const passed = [...current.values()].filter(({ taskTypes }) => taskTypes.includes(taskType));
    const reservation = reserveAll(passed, { now, want });
    if (reservation.granted < want) nextPermitAt.set(taskType, reservation.nextPermitAt);
    if (reservation.granted <= 0) continue;
    tasks.push({ taskType, limit: reservation.granted });
    left -= reservation.granted;
    for (const [index, gate] of reservation.nextIfTaken(reservation.granted).entries()) {
      const read = passed[index];
      if (read !== undefined)
        current.set(gate.key, { ...read, gate, inFlight: read.inFlight + reservation.granted });
    }
  }
  const isServed = ({ taskTypes }: ReadGate): boolean =>
    tasks.some(({ taskType }) => taskTypes.includes(taskType));
  const charged = gates
    .filter((read) => read.needsPermits && isServed(read))
    .map(({ gate, inFlight, revision }) => ({
      revision,
      next: reserve(gate, { now, want: 0, inFlight }).next,
    }));
  return { tasks, charged, nextPermitAt };
}
