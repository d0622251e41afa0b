import type { Clock } from "@sluice/core";

/** Rings once, after the time that was set last. */
export interface Alarm {
  readonly isSet: boolean;
  set(inMs: number): void;
  /** With the next turn of the event loop, so that what happens until then is dealt with at once. */
  setForNextTurn(): void;
  clear(): void;
}

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let cancel: (() => void) | null = null;

  function clear(): void {
    cancel?.();
    cancel = null;
  }

  function set(inMs: number): void {
    clear();
    cancel = clock.schedule(inMs, () => {
      cancel = null;
      ring();
    });
  }

  return {
    get isSet() {
      return cancel !== null;
    },
    set,
    setForNextTurn() {
      if (cancel === null) set(0);
    },
    clear,
  };
}
