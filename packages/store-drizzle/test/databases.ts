import { PGlite } from "@electric-sql/pglite";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { sql } from "drizzle-orm";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { inject } from "vitest";
import { migratedSnapshot } from "../src/embedded/migrated-snapshot.js";
import { migrate } from "../src/migrate.js";
import { createPool } from "../src/node-postgres/create-pool.js";
import { emptyTables } from "../src/testing/empty-tables.js";
import { releaseClock } from "../src/testing/freeze-clock.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import type { ListenSource } from "../src/wake/listen-source.js";

export interface OpenDatabase {
  readonly db: DrizzleTransaction;
  readonly listen: string | ListenSource;
  readonly close: () => Promise<void>;
}

interface RealOptions {
  readonly connections?: number;
  /** Default: without our tables. */
  readonly template?: string;
}

export async function openRealDatabase({
  connections = 10,
  ...options
}: RealOptions = {}): Promise<OpenDatabase & { readonly url: string }> {
  const database = await createTestDatabase(options);
  const client = postgres(database.url, { max: connections, onnotice: () => undefined });
  const close = async () => {
    await client.end();
    await database.drop();
  };
  return { db: drizzlePostgres(client), listen: database.url, url: database.url, close };
}

/** The same over node-postgres, as our own pool opens it. */
export async function openNodePostgres({
  connections = 5,
  onNotice = (_message: string): void => undefined,
  ...options
}: RealOptions & { readonly onNotice?: (message: string) => void } = {}): Promise<
  OpenDatabase & { readonly url: string }
> {
  const database = await createTestDatabase(options);
  const pool = createPool(database.url, { maxConnections: connections });
  pool.on("connect", (client) => client.on("notice", ({ message }) => onNotice(message ?? "")));
  const close = async () => {
    await pool.end();
    await database.drop();
  };
  return { db: drizzleNodePostgres(pool), listen: database.url, url: database.url, close };
}

/** Without our tables. From a snapshot that has them, since to make a database takes PGlite five seconds. */
export async function openPgliteDatabase(): Promise<OpenDatabase & { readonly client: PGlite }> {
  const database = await openMigratedPglite();
  await database.db.execute(sql`drop schema sluice cascade`);
  return database;
}

export async function openMigratedPglite(): Promise<OpenDatabase & { readonly client: PGlite }> {
  const client = await PGlite.create({ loadDataDir: await migratedSnapshot() });
  return { db: drizzlePglite(client), listen: client, client, close: () => client.close() };
}

type OpenDatabases = readonly (readonly [name: string, open: () => Promise<OpenDatabase>])[];

/** What a test is done with serves the next, which finds it empty: to open one takes longer than most tests. */
function reused(open: () => Promise<OpenDatabase>): () => Promise<OpenDatabase> {
  const idle: OpenDatabase[] = [];
  return async () => {
    const database = idle.pop() ?? (await open());
    const close = async () => {
      await empty(database.db);
      idle.push(database);
    };
    return { ...database, close };
  };
}

async function empty(db: DrizzleTransaction): Promise<void> {
  await emptyTables(db);
  await releaseClock(db);
  await db.execute(sql`drop schema public cascade`);
  await db.execute(sql`create schema public`);
}

/** The databases that a store must behave the same on, migrated. The server's go with their template. */
export const databases: OpenDatabases = [
  ["PGlite", reused(openMigratedPglite)],
  ["Postgres", reused(() => openRealDatabase({ template: inject("migratedDatabase") }))],
];

export const databasesAndDrivers: OpenDatabases = [
  ...databases,
  ["node-postgres", reused(() => openNodePostgres({ template: inject("migratedDatabase") }))],
];

export async function migrated<Database extends OpenDatabase>(opening: Promise<Database>): Promise<Database> {
  const database = await opening;
  await migrate(database.db);
  return database;
}
