import type { GateKey } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";

/** The runs of a worker that are not yet committed: those that go on take slots, all of them need their leases renewed. */
export interface HeldRuns<Tx> extends Iterable<ActiveRun<Tx>> {
  readonly size: number;
  /** Runs that have begun and not ended. */
  readonly active: number;
  activeOf(taskType: string): number;
  add(run: ActiveRun<Tx>): void;
  /** The run takes a slot. */
  begin(run: ActiveRun<Tx>): void;
  /** The run takes no slot any more. */
  end(run: ActiveRun<Tx>): void;
  /** Nothing needs to be renewed any more. */
  drop(run: ActiveRun<Tx>): void;
  /** Those that have a slot, whose handler has not been called, and that pass the gate. */
  unbegunBehind(gate: GateKey): readonly ActiveRun<Tx>[];
}

export function createHeldRuns<Tx>(): HeldRuns<Tx> {
  const held = new Set<ActiveRun<Tx>>();
  const activeByType = new Map<string, number>();
  let active = 0;

  function count({ task: { taskType } }: ActiveRun<Tx>, change: 1 | -1): void {
    active += change;
    activeByType.set(taskType, (activeByType.get(taskType) ?? 0) + change);
  }

  return {
    [Symbol.iterator]: () => held.values(),
    get size() {
      return held.size;
    },
    get active() {
      return active;
    },
    activeOf: (taskType) => activeByType.get(taskType) ?? 0,
    add: (run) => void held.add(run),
    begin(run) {
      run.phase = "preparing";
      count(run, 1);
    },
    end(run) {
      if (run.phase !== "waiting") count(run, -1);
      run.phase = "ended";
    },
    drop: (run) => void held.delete(run),
    unbegunBehind: (gate) =>
      [...held].filter(({ phase, task }) => phase === "preparing" && task.gates.includes(gate)),
  };
}
