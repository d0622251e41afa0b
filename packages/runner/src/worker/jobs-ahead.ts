import type { Clock, GateKey } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { createAlarm } from "./alarm.js";

/**
 * Jobs that were claimed although no slot was free: at most what the worker runs in a few ms, so that it need not wait for the
 * store between two jobs that take no time. With jobs that take long, as calls of models do, there are none.
 */
export interface JobsAhead<Tx> {
  readonly size: number;
  /** How many more may be claimed beyond the free slots. */
  room(): number;
  /** A run has ended: that is what the pace is measured by. */
  noteEnd(): void;
  add(run: ActiveRun<Tx>): void;
  /** The next one to begin. */
  take(): ActiveRun<Tx> | null;
  remove(run: ActiveRun<Tx>): void;
  /** All, or all that pass the gate. */
  list(gate?: GateKey): readonly ActiveRun<Tx>[];
  /** No more from now on: its jobs pass gates that can be used up. */
  switchOff(): void;
}

/** So much work is held. Measured: two workers of no-op jobs do a quarter more than with 5 ms, and 20 ms give them nothing more. */
const workMs = 10;
const maxHeld = 1_000;
/** With fewer than 200 jobs per second nothing is gained. */
const minPerMs = 0.2;
/** The pace is measured over at least so long. */
const paceOverMs = 20;
/** The handlers have become slow, and others may have free slots. */
const longestWaitMs = 100;

export function createJobsAhead<Tx>({
  clock,
  isAllowed,
  onWaitedTooLong,
}: {
  readonly clock: Clock;
  readonly isAllowed: boolean;
  /** The jobs held have waited for longer than they should. */
  readonly onWaitedTooLong: () => void;
}): JobsAhead<Tx> {
  const runs = new Set<ActiveRun<Tx>>();
  const alarm = createAlarm(clock, look);
  let isOn = isAllowed;
  let perMs = 0;
  let ended = 0;
  let countedFromMs = clock.monotonicMs();

  function look(): void {
    const [head] = runs;
    if (head === undefined) return;
    const leftMs = head.claimedAtMs + longestWaitMs - clock.monotonicMs();
    if (leftMs > 0) {
      alarm.set(leftMs);
    } else {
      countFrom(clock.monotonicMs(), 0);
      onWaitedTooLong();
    }
  }

  function measurePace(): void {
    const nowMs = clock.monotonicMs();
    const elapsedMs = nowMs - countedFromMs;
    if (elapsedMs < paceOverMs) return;
    countFrom(nowMs, ended / elapsedMs);
  }

  function countFrom(nowMs: number, paceUntilThen: number): void {
    perMs = paceUntilThen;
    ended = 0;
    countedFromMs = nowMs;
  }

  return {
    get size() {
      return runs.size;
    },
    room() {
      if (!isOn) return 0;
      measurePace();
      if (perMs < minPerMs) return 0;
      const limit = Math.min(maxHeld, Math.floor(perMs * workMs));
      // Claims of a few jobs each would cost what this is to save.
      return runs.size > limit / 2 ? 0 : limit - runs.size;
    },
    noteEnd() {
      ended += 1;
    },
    add(run) {
      runs.add(run);
      if (!alarm.isSet) alarm.set(longestWaitMs);
    },
    take() {
      for (const run of runs) {
        runs.delete(run);
        return run;
      }
      return null;
    },
    remove: (run) => void runs.delete(run),
    list: (gate) => [...runs].filter(({ task }) => gate === undefined || task.gates.includes(gate)),
    switchOff() {
      isOn = false;
    },
  };
}
