import type { Clock } from "@sluice/core";
import { clearNextTurn, setNextTurn } from "./next-turn.js";

/** The longest a timer of the platform can wait; what is longer is waited for in pieces. */
const maxTimerMs = 2 ** 31 - 1;

/** The machine's own time. A delay of 0, or one that is no number, means the next turn of the event loop, after pending input and output. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  schedule(delayMs, run) {
    if (!(delayMs > 0)) {
      const turn = setNextTurn(run);
      return () => clearNextTurn(turn);
    }
    let timer = wait(delayMs);
    function wait(leftMs: number): ReturnType<typeof setTimeout> {
      if (leftMs <= maxTimerMs) return setTimeout(run, leftMs);
      return setTimeout(() => {
        timer = wait(leftMs - maxTimerMs);
      }, maxTimerMs);
    }
    return () => clearTimeout(timer);
  },
};
