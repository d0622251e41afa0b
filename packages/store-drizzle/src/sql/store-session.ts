import type { DrizzleTransaction } from "../transaction.js";
import { errorCode, isConflict } from "./database-error.js";
import { replay } from "./replay.js";
import { openSession, type Session, type SessionOptions } from "./session.js";

/**
 * The session of a whole store, outside of any transaction. Its statements are done again after a conflict, in which nothing of them was
 * written. They are written for "read committed": they lock what they decide about. Where the app's pool has another default, they fail
 * for what others have done since they began (40001), and again and again under load; so once that was seen, they and the store's own
 * transactions say which isolation they mean, at the price of the round trips that it takes. A run's `save` keeps the app's default.
 */
export function openStoreSession(drizzle: DrizzleTransaction, options: SessionOptions): Session {
  const session = openSession(drizzle, options);
  let isStrict = false;
  const learnFrom = (error: unknown): void => {
    if (errorCode(error) === "40001") isStrict = true;
  };
  return {
    ...session,
    run: (...asked) =>
      replay(
        () =>
          isStrict ? session.readCommitted.bareTransaction((tx) => tx.run(...asked)) : session.run(...asked),
        (error) => {
          learnFrom(error);
          return isConflict(error);
        },
      ),
    transaction: async (work) => {
      try {
        return await (isStrict ? session.readCommitted : session).transaction(work);
      } catch (error) {
        learnFrom(error);
        throw error;
      }
    },
  };
}
