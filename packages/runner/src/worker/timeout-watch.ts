import type { Clock } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { createAlarm } from "./alarm.js";

/** Notices runs that take too long, with one timer for all of them. */
export interface TimeoutWatch<Tx> {
  add(run: ActiveRun<Tx>): void;
  stop(): void;
}

export function createTimeoutWatch<Tx>(
  clock: Clock,
  runs: Iterable<ActiveRun<Tx>>,
  onTimeout: (run: ActiveRun<Tx>) => void,
): TimeoutWatch<Tx> {
  let nextAtMs = Number.POSITIVE_INFINITY;
  const alarm = createAlarm(clock, sweep);

  function watchFrom(atMs: number): void {
    if (atMs >= nextAtMs) return;
    nextAtMs = atMs;
    alarm.set(Math.max(1, atMs - clock.monotonicMs()));
  }

  function sweep(): void {
    const nowMs = clock.monotonicMs();
    nextAtMs = Number.POSITIVE_INFINITY;
    for (const run of [...runs]) {
      if (run.phase === "waiting" || run.phase === "ended" || run.aborted !== null) continue;
      if (run.timesOutAtMs <= nowMs) onTimeout(run);
      else watchFrom(run.timesOutAtMs);
    }
  }

  return { add: (run) => watchFrom(run.timesOutAtMs), stop: alarm.clear };
}
