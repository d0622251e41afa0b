import { isConflict, isDatabaseAway } from "./database-error.js";

const maxTries = 5;

/** For what may be done twice: everything about a run is, by its fence, and so is every sweep. */
export function isPassing(error: unknown): boolean {
  return isConflict(error) || isDatabaseAway(error);
}

/**
 * Runs a transaction again, from its beginning, when the database gave it up for a reason that `isWorthRepeating` knows. With a
 * lost connection nobody knows whether the lost try was committed; after a conflict it certainly was not.
 */
export async function replay<Answer>(
  work: () => Promise<Answer>,
  isWorthRepeating: (error: unknown) => boolean = isConflict,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === maxTries || !isWorthRepeating(error)) throw error;
    }
  }
}
