import { applyMigrations } from "../migrate.js";
import type { DrizzleTransaction } from "../transaction.js";

/** Brings the calls ledger up to date, as `migrate` does the queue. */
export async function migrateCalls(db: DrizzleTransaction): Promise<void> {
  await applyMigrations(db, "ai");
}
