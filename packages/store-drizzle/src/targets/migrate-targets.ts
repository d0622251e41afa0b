import { applyMigrations } from "../migrate.js";
import type { DrizzleTransaction } from "../transaction.js";

/** Brings the built-in targets up to date, as `migrate` does the queue. */
export async function migrateTargets(db: DrizzleTransaction): Promise<void> {
  await applyMigrations(db, "targets");
}
