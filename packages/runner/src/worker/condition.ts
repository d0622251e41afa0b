import type { Clock } from "@sluice/core";
import { createAlarm } from "./alarm.js";

/** Something to wait for that others make come true, and report by `look`. */
export interface Condition {
  /** Looks whether it has come true. */
  look(): void;
  /** Resolves when it is true (`true`) or the time is over (`false`). */
  wait(timeoutMs: number): Promise<boolean>;
}

export function createCondition(clock: Clock, isTrue: () => boolean): Condition {
  let waiting: ((came: boolean) => void)[] = [];
  function answer(came: boolean): void {
    const answered = waiting;
    waiting = [];
    for (const resolve of answered) resolve(came);
  }
  return {
    look() {
      if (waiting.length > 0 && isTrue()) answer(true);
    },
    wait(timeoutMs) {
      if (isTrue()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = createAlarm(clock, () => resolve(isTrue()));
        timer.set(timeoutMs);
        waiting.push((came) => {
          timer.clear();
          resolve(came);
        });
      });
    },
  };
}
