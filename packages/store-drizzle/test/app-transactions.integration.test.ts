import { sql } from "drizzle-orm";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import { type PgDatabase, type PgQueryResultHKT, pgTable, text } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { createPool } from "../src/node-postgres/create-pool.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { openMigratedPglite, openRealDatabase } from "./databases.js";
import { claimOne, ended, keyed, request, succeeded } from "./sample-jobs.js";

const articles = pgTable("articles", { id: text().primaryKey(), jobId: text("job_id") });
const schema = { articles };

/** The app's own database, with its own schema. */
interface AppDatabase {
  readonly db: PgDatabase<PgQueryResultHKT, typeof schema>;
  readonly close: () => Promise<void>;
}

const openEmpty = () => openRealDatabase({ template: inject("migratedDatabase") });

async function openPostgresJs(): Promise<AppDatabase> {
  const { url, close } = await openEmpty();
  const client = postgres(url, { onnotice: () => undefined });
  return { db: drizzlePostgres(client, { schema }), close: () => client.end().then(close) };
}

async function openNodePostgres(): Promise<AppDatabase> {
  const { url, close } = await openEmpty();
  const pool = createPool(url);
  return { db: drizzleNodePostgres(pool, { schema }), close: () => pool.end().then(close) };
}

async function openPglite(): Promise<AppDatabase> {
  const { client, close } = await openMigratedPglite();
  return { db: drizzlePglite(client, { schema }), close };
}

const drivers: readonly (readonly [string, () => Promise<AppDatabase>])[] = [
  ["postgres.js", openPostgresJs],
  ["node-postgres", openNodePostgres],
  ["PGlite", openPglite],
];

describe.each(drivers)("over %s", (_name, open) => {
  let database: AppDatabase;
  let db: AppDatabase["db"];
  beforeAll(async () => {
    database = await open();
    db = database.db;
    await db.execute(sql`create table articles (id text primary key, job_id text)`);
  });
  afterAll(() => database.close());

  test("a job and the app's row are there when its transaction is committed, and never were when it is rolled back", async () => {
    const store = createPostgresStore({ db });
    const [kept, dropped] = [request(keyed("kept")), request(keyed("dropped"))];
    await db.transaction(async (tx) => {
      await tx.insert(articles).values({ id: "kept", jobId: kept.id });
      await store.enqueue([kept], { tx });
      expect(await tx.query.articles.findMany()).toHaveLength(1);
    });
    const failing = db.transaction(async (tx) => {
      await tx.insert(articles).values({ id: "dropped", jobId: dropped.id });
      expect(await store.enqueue([dropped, request(keyed("kept", "replace"))], { tx })).toMatchObject([
        { outcome: "created" },
        { id: kept.id, outcome: "replaced" },
      ]);
      await tx.update(articles).set({ jobId: null });
      throw new Error("the app changes its mind");
    });
    await expect(failing).rejects.toThrow("the app changes its mind");
    expect(await store.getJob(kept.id)).toMatchObject({ status: "pending", payload: kept.payload });
    expect(await store.getJob(dropped.id)).toBeNull();
    expect(await db.query.articles.findMany()).toEqual([{ id: "kept", jobId: kept.id }]);
  });

  test("what is taken back to a savepoint takes its job along, and leaves the others", async () => {
    const store = createPostgresStore({ db });
    const [outer, inner] = [request(), request()];
    await db.transaction(async (tx) => {
      await store.enqueue([outer], { tx });
      const nested = tx.transaction(async (savepoint) => {
        await store.enqueue([inner], { tx: savepoint });
        throw new Error("not this part");
      });
      await expect(nested).rejects.toThrow("not this part");
    });
    expect(await store.getJob(outer.id)).toMatchObject({ status: "pending" });
    expect(await store.getJob(inner.id)).toBeNull();
  });

  test("the store does all its work on the app's own database", async () => {
    const store = createPostgresStore({ db });
    await store.enqueue([request({ taskType: "whole" })]);
    const job = await claimOne(store, { tasks: [{ taskType: "whole", limit: 1 }] });
    const save = async (tx: DrizzleTransaction) => {
      await tx.insert(articles).values({ id: "saved" });
    };
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
    expect(await db.$count(articles)).toBe(2);
  });

  test("statements may stay unprepared, for poolers", async () => {
    const store = createPostgresStore({ db, prepare: false });
    await store.enqueue([request({ taskType: "unprepared" })]);
    const job = await claimOne(store, { tasks: [{ taskType: "unprepared", limit: 1 }] });
    expect(await store.commit([ended(job, succeeded)])).toMatchObject([{ status: "completed" }]);
  });
});
