import { setTimeout as sleep } from "node:timers/promises";
import { isConflict, isDatabaseAway } from "./database-error.js";

const maxTries = 5;
const firstPauseMs = 10;

/** For what may be done twice: everything about a run is, by its fence, and so is every sweep. */
export function isPassing(error: unknown): boolean {
  return isConflict(error) || isDatabaseAway(error);
}

/**
 * Runs a transaction again, from its beginning, when the database gave it up for a reason that `isWorthRepeating` knows; five
 * times at most, and never begun when `withinMs` are over. With a lost connection nobody knows whether the lost try was committed;
 * after a conflict it certainly was not.
 */
export async function replay<Answer>(
  work: () => Promise<Answer>,
  isWorthRepeating: (error: unknown) => boolean = isConflict,
  { withinMs = Number.POSITIVE_INFINITY }: { readonly withinMs?: number } = {},
): Promise<Answer> {
  const startedAtMs = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isOver = tries === maxTries || performance.now() - startedAtMs > withinMs;
      if (isOver || !isWorthRepeating(error)) throw error;
    }
    // By chance, so that those who were in each other's way are not again.
    await sleep(Math.random() * firstPauseMs * 2 ** tries);
  }
}
