import type { JobStore } from "@sluice/core";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import { createPostgresStore, type PostgresStoreOptions } from "../create-postgres-store.js";
import { migratedSnapshot } from "../embedded/migrated-snapshot.js";
import type { DrizzleTransaction } from "../transaction.js";
import { emptyTables } from "./empty-tables.js";
import { defaultInstant, type FrozenClock, freezeClock } from "./freeze-clock.js";

export interface TestStoreOptions<Schema extends Record<string, unknown>>
  extends Pick<PostgresStoreOptions, "gatePolicy" | "upkeepPolicy" | "saveTimeoutMs"> {
  /** Makes the app's own tables, and those of `@sluice/store-drizzle/ai` or `/targets` if it uses them. */
  readonly migrate?: (db: PgliteDatabase<Schema>) => unknown;
  /** The app's Drizzle schema, for `db.query`. */
  readonly schema?: Schema;
  /** Where its clock stands: a Date, or ms since 1970. Default: 2026-01-01T00:00:00Z. */
  readonly now?: Date | number;
}

/** A store on a Postgres inside this process, for one test or one file of tests. */
export interface TestStore<Schema extends Record<string, unknown>> {
  readonly store: JobStore<DrizzleTransaction>;
  /** The database that the store is on, with the app's tables. */
  readonly db: PgliteDatabase<Schema>;
  /** The store's clock. It stands still until it is moved. */
  readonly clock: Omit<FrozenClock, "release">;
  /** Empties all tables, the app's, too, and sets the clock back: for `beforeEach`. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * A real store to test with, on PGlite: the tables of the queue and the app's own, and a clock that the test moves. The database is
 * loaded from a snapshot, in a quarter of the time that a new one takes. One connection, so that it proves nothing about races.
 * Needs the package `@electric-sql/pglite`.
 */
export async function createTestStore<Schema extends Record<string, unknown> = Record<string, never>>({
  migrate = () => undefined,
  schema,
  now = defaultInstant,
  ...storeOptions
}: TestStoreOptions<Schema> = {}): Promise<TestStore<Schema>> {
  const [loadDataDir, { PGlite }, { drizzle }] = await Promise.all([
    migratedSnapshot(),
    import("@electric-sql/pglite"),
    import("drizzle-orm/pglite"),
  ]);
  const client = await PGlite.create({ loadDataDir });
  try {
    const db = drizzle(client, schema === undefined ? {} : { schema });
    const { advance, set } = await freezeClock(db, now);
    await migrate(db);
    const store = createPostgresStore({ db, listen: client, ...storeOptions });
    return {
      store,
      db,
      clock: { advance, set },
      reset: async () => {
        await emptyTables(db);
        await set(now);
      },
      close: async () => {
        await store.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}
