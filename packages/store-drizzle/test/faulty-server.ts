import { type PostgresServer, startPostgres, startTcpProxy, type TcpProxy } from "@sluice/testkit/postgres";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { createPostgresStore, type PostgresStoreOptions } from "../src/create-postgres-store.js";
import { migrate } from "../src/migrate.js";
import { createPool, type PoolOptions } from "../src/node-postgres/create-pool.js";
import type { Store } from "./sample-jobs.js";

/** A store with connections of its own. */
export interface OwnStore {
  readonly store: Store;
  readonly db: NodePgDatabase;
}

/** A server of the test's own, with a database that has our tables and one of the app's, `saved (job_id, lease_no)`. */
export interface FaultyServer {
  readonly server: PostgresServer;
  /** Stores reach the server through it, unless they ask for the direct way. */
  readonly proxy: TcpProxy;
  readonly url: string;
  openStore(
    options?: Partial<PostgresStoreOptions> & PoolOptions & { readonly isDirect?: boolean },
  ): OwnStore;
  stop(): Promise<void>;
}

export async function startFaultyServer(): Promise<FaultyServer> {
  const server = await startPostgres();
  const proxy = await startTcpProxy({ port: server.port });
  const { url } = await server.createDatabase();
  const closing: (() => Promise<void>)[] = [];

  const openStore: FaultyServer["openStore"] = ({ isDirect = false, ...options } = {}) => {
    const pool = createPool(isDirect ? url : proxy.through(url), { maxConnections: 5, ...options });
    const db = drizzle(pool);
    const store = createPostgresStore({ db, ...options });
    closing.push(async () => {
      await store.close();
      await pool.end();
    });
    return { store, db };
  };

  const { db } = openStore({ isDirect: true });
  await migrate(db);
  await db.execute(sql`create table saved (job_id uuid not null, lease_no int not null)`);
  return {
    server,
    proxy,
    url,
    openStore,
    stop: async () => {
      await Promise.all(closing.map((close) => close()));
      await proxy.close();
      await server.stop();
    },
  };
}
