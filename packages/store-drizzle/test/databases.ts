import { PGlite } from "@electric-sql/pglite";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { migrate } from "../src/migrate.js";
import { createPool } from "../src/node-postgres/create-pool.js";
import { migratedSnapshot } from "../src/testing/migrated-snapshot.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import type { ListenSource } from "../src/wake/listen-source.js";

export interface OpenDatabase {
  readonly db: DrizzleTransaction;
  readonly listen: string | ListenSource;
  readonly close: () => Promise<void>;
}

/** A fresh database without our tables. */
export async function openRealDatabase({
  connections = 10,
} = {}): Promise<OpenDatabase & { readonly url: string }> {
  const database = await createTestDatabase();
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
} = {}): Promise<OpenDatabase & { readonly url: string }> {
  const database = await createTestDatabase();
  const pool = createPool(database.url, { maxConnections: connections });
  const close = async () => {
    await pool.end();
    await database.drop();
  };
  return { db: drizzleNodePostgres(pool), listen: database.url, url: database.url, close };
}

export async function openPgliteDatabase(): Promise<OpenDatabase & { readonly client: PGlite }> {
  const client = await PGlite.create();
  return { db: drizzlePglite(client), listen: client, client, close: () => client.close() };
}

export async function openMigratedPglite(): Promise<OpenDatabase & { readonly client: PGlite }> {
  const client = await PGlite.create({ loadDataDir: await migratedSnapshot() });
  return { db: drizzlePglite(client), listen: client, client, close: () => client.close() };
}

/** Both databases that a store must behave the same on, migrated. */
export const databases: readonly (readonly [name: string, open: () => Promise<OpenDatabase>])[] = [
  ["PGlite", openMigratedPglite],
  ["Postgres", () => migrated(openRealDatabase())],
];

export async function migrated<Database extends OpenDatabase>(opening: Promise<Database>): Promise<Database> {
  const database = await opening;
  await migrate(database.db);
  return database;
}
