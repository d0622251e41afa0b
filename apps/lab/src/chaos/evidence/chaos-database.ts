import type { JobStore } from "@sluice/core";
import { createJobs, type Jobs } from "@sluice/runner";
import { createPostgresStore, type DrizzleTransaction, migrate } from "@sluice/store-drizzle";
import { migrateCalls } from "@sluice/store-drizzle/ai";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import {
  createTargetRepository,
  migrateTargets,
  type StoredTargetRepository,
} from "@sluice/store-drizzle/targets";
import { type PostgresServer, startPostgres } from "@sluice/testkit/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Pool } from "pg";
import { auditTables } from "./audit-tables.js";

/** A server of our own that waits for the disk, with the tables that are deployed and the triggers that watch them. */
export interface ChaosDatabase {
  readonly server: PostgresServer;
  readonly url: string;
  readonly pool: Pool;
  readonly store: JobStore<DrizzleTransaction>;
  readonly targets: StoredTargetRepository;
  jobsOver(store: JobStore<DrizzleTransaction>): Jobs<DrizzleTransaction>;
  close(): Promise<void>;
}

export async function openChaosDatabase(): Promise<ChaosDatabase> {
  const server = await startPostgres({ fsync: true });
  const { url } = await server.createDatabase();
  // Connections die here all the time. Of a plain pool Drizzle keeps those for ever on which `begin` has failed, and its end never comes.
  const pool = createPool(url, { maxConnections: 8 });
  const db = drizzle(pool);
  await migrate(db);
  await migrateCalls(db);
  await migrateTargets(db);
  for (const statement of auditTables) await pool.query(statement);
  const store = createPostgresStore({ db });
  return {
    server,
    url,
    pool,
    store,
    targets: createTargetRepository({ db }),
    jobsOver: (recorded) => createJobs({ store: recorded }),
    close: async () => {
      await store.close();
      await pool.end();
      await server.stop();
    },
  };
}
