import type { Clock } from "@sluice/core";
import { setNextTurn } from "../next-turn.js";

/**
 * A clock that stands still until it is told to move on. What is scheduled runs in the order of its time, one after
 * another, each after all promises that the one before it has set going have come to rest: the same calls always give the
 * same run.
 */
export interface VirtualClock extends Clock {
  /** How many timers are set. */
  readonly pending: number;
  /** Lets what is due now, and the promises behind it, come to rest; time stands still. */
  settle(): Promise<void>;
  advance(byMs: number): Promise<void>;
  /** Moves on from timer to timer until the condition is true. Rejects when it is not within `limitMs` (default an hour). */
  runUntil(isDone: () => boolean, options?: { readonly limitMs?: number }): Promise<void>;
  /** Moves on from timer to timer until the promise is settled, and answers it. */
  finish<Value>(promise: Promise<Value>, options?: { readonly limitMs?: number }): Promise<Value>;
  /** Moves on until no timer is left. */
  runUntilIdle(options?: { readonly limitMs?: number }): Promise<void>;
  /** The process stands still for so long: time goes on, but nothing runs; what became due is late. */
  stall(forMs: number): void;
}

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

const hourMs = 3_600_000;
/** More at one instant is a loop that never lets time pass. */
const maxPerInstant = 20_000;

export function createVirtualClock({
  startMs = 1_800_000_000_000,
}: {
  readonly startMs?: number;
} = {}): VirtualClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let sequence = 0;
  let ranAtThisInstant = 0;

  function nextTimer(): Timer | null {
    let next: Timer | null = null;
    for (const timer of timers) {
      const isSooner =
        next === null ||
        timer.atMs < next.atMs ||
        (timer.atMs === next.atMs && timer.sequence < next.sequence);
      if (isSooner) next = timer;
    }
    return next;
  }

  /** Runs the next timer if it is due by then. */
  async function runNext(untilMs: number): Promise<boolean> {
    const next = nextTimer();
    if (next === null || next.atMs > untilMs) return false;
    timers.delete(next);
    moveTo(next.atMs);
    ranAtThisInstant += 1;
    if (ranAtThisInstant > maxPerInstant)
      throw new Error(`something never lets time pass at ${elapsedMs} ms`);
    next.run();
    await restOfPromises();
    return true;
  }

  function moveTo(atMs: number): void {
    if (atMs <= elapsedMs) return;
    elapsedMs = atMs;
    ranAtThisInstant = 0;
  }

  async function advanceTo(atMs: number): Promise<void> {
    await restOfPromises();
    while (await runNext(atMs));
    moveTo(atMs);
  }

  async function runUntil(isDone: () => boolean, { limitMs = hourMs } = {}): Promise<void> {
    const untilMs = elapsedMs + limitMs;
    await restOfPromises();
    while (!isDone()) {
      if (await runNext(untilMs)) continue;
      throw new Error(
        `still not done ${timers.size === 0 ? "when nothing was left to run" : `after ${limitMs} ms`}`,
      );
    }
  }

  return {
    monotonicMs: () => elapsedMs,
    wallMs: () => startMs + elapsedMs,
    schedule(delayMs, run) {
      const timer = { atMs: elapsedMs + Math.max(0, delayMs || 0), sequence, run };
      sequence += 1;
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    settle: () => advanceTo(elapsedMs),
    advance: (byMs) => advanceTo(elapsedMs + byMs),
    runUntil,
    async finish(promise, options) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      promise.then(settled, settled);
      await runUntil(() => isSettled, options);
      return promise;
    },
    runUntilIdle: (options) => runUntil(() => timers.size === 0, options),
    stall(forMs) {
      moveTo(elapsedMs + forMs);
    },
  };
}

/** All promises that can settle without a timer have done so when the event loop takes its next turn. */
function restOfPromises(): Promise<void> {
  return new Promise((resolve) => setNextTurn(resolve));
}
