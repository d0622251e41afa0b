import {
  type DrizzleTransaction,
  type MigrationSet,
  migrate,
  pendingMigrations,
} from "@sluice/store-drizzle";
import { migrateCalls } from "@sluice/store-drizzle/ai";
import { migrateTargets } from "@sluice/store-drizzle/targets";

const sets: readonly MigrationSet[] = ["queue", "ai", "targets"];

/** Brings all tables that this app uses up to date. */
export async function migrateAll(db: DrizzleTransaction): Promise<void> {
  await migrate(db);
  await migrateCalls(db);
  await migrateTargets(db);
}

/** The migrations that the database lacks. */
export function findPending(db: DrizzleTransaction): Promise<readonly string[]> {
  return pendingMigrations(db, sets);
}
