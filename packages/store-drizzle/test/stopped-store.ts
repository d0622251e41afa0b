import { toEpochMs } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { openSession, type Session } from "../src/sql/session.js";
import { statement } from "../src/sql/statement.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { databases, type OpenDatabase } from "./databases.js";
import type { Store } from "./sample-jobs.js";

/** Where the clock of `useStoppedStore` stands. */
export const now = toEpochMs(1_767_225_600_000);
/** So often a law is tried: each time takes a few statements. */
export const runs = { numRuns: 25 };

export const states = statement<{ id: string; state: number }>("states", "select id, state from sluice.jobs");

/** A store whose clock stands still, and the database below it, emptied before each test of the file. */
export function useStoppedStore(): {
  readonly db: DrizzleTransaction;
  readonly session: Session;
  readonly store: Store;
  clear(): Promise<void>;
} {
  // One database: what is compared is SQL with core, not one database with another. The contract suite does that.
  const [, open] = databases[0] ?? [];
  let database: OpenDatabase;
  let session: Session;
  let store: Store;
  const clear = async (): Promise<void> => {
    await database.db.execute(
      sql`truncate sluice.jobs, sluice.finished_jobs, sluice.attempts, sluice.target_statuses`,
    );
  };
  beforeAll(async () => {
    if (open === undefined) throw new Error("there is no database to test on");
    database = await open();
    await freezeClock(database.db, now);
    session = openSession(database.db, { prepare: true });
    store = createPostgresStore({ db: database.db });
  });
  beforeEach(clear);
  afterAll(() => database.close());
  return {
    get db() {
      return database.db;
    },
    get session() {
      return session;
    },
    get store() {
      return store;
    },
    clear,
  };
}
