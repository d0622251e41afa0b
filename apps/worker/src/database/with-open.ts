import { FailedError } from "../cli/exit-code.js";
import { describeDatabaseError } from "./describe-database-error.js";
import type { OpenDatabase } from "./open-database.js";

/** Closes the database after `use`. Throws a FailedError in plain words when it was the database that failed. */
export async function withOpen<Result>(database: OpenDatabase, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    // It is in plain words already, whatever caused it.
    if (error instanceof FailedError) throw error;
    const words = describeDatabaseError(error, database.description);
    throw words === null ? error : new FailedError(words, { cause: error });
  } finally {
    await database.close();
  }
}
