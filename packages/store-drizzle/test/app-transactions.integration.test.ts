import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import {
  migrated,
  type OpenDatabase,
  openNodePostgres,
  openPgliteDatabase,
  openRealDatabase,
} from "./databases.js";
import { claimOne, ended, keyed, request, succeeded } from "./sample-jobs.js";

const drivers: readonly (readonly [string, () => Promise<OpenDatabase>])[] = [
  ["postgres.js", openRealDatabase],
  ["node-postgres", openNodePostgres],
  ["PGlite", openPgliteDatabase],
];

describe.each(drivers)("over %s", (_name, open) => {
  let database: OpenDatabase;
  let db: DrizzleTransaction;
  beforeAll(async () => {
    database = await migrated(open());
    db = database.db;
    await db.execute(sql`create table articles (id text primary key)`);
  });
  afterAll(() => database.close());

  async function countArticles(): Promise<number> {
    return db.$count(sql`articles`);
  }

  test("a job is there when the app's transaction is committed, and never was when it is rolled back", async () => {
    const store = createPostgresStore({ db });
    const [kept, dropped] = [request(keyed("kept")), request(keyed("dropped"))];
    await db.transaction(async (tx) => {
      await tx.execute(sql`insert into articles values ('kept')`);
      await store.enqueue([kept], { tx });
    });
    const failing = db.transaction(async (tx) => {
      await tx.execute(sql`insert into articles values ('dropped')`);
      expect(await store.enqueue([dropped, request(keyed("kept", "replace"))], { tx })).toMatchObject([
        { outcome: "created" },
        { id: kept.id, outcome: "replaced" },
      ]);
      throw new Error("the app changes its mind");
    });
    await expect(failing).rejects.toThrow("the app changes its mind");
    expect(await store.getJob(kept.id)).toMatchObject({ status: "pending", payload: kept.payload });
    expect(await store.getJob(dropped.id)).toBeNull();
    expect(await countArticles()).toBe(1);
  });

  test("the store does all its work on the app's own database", async () => {
    const store = createPostgresStore({ db });
    await store.enqueue([request({ taskType: "whole" })]);
    const job = await claimOne(store, { tasks: [{ taskType: "whole", limit: 1 }] });
    const save = async (tx: DrizzleTransaction) => {
      await tx.execute(sql`insert into articles values ('saved')`);
    };
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
    expect(await countArticles()).toBe(2);
  });

  test("statements may stay unprepared, for poolers", async () => {
    const store = createPostgresStore({ db, prepare: false });
    await store.enqueue([request({ taskType: "unprepared" })]);
    const job = await claimOne(store, { tasks: [{ taskType: "unprepared", limit: 1 }] });
    expect(await store.commit([ended(job, succeeded)])).toMatchObject([{ status: "completed" }]);
  });
});
