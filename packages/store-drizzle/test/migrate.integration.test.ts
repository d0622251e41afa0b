import { sql } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { migrate, pendingMigrations } from "../src/migrate.js";
import { openPgliteDatabase, openRealDatabase } from "./databases.js";
import { request } from "./sample-jobs.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test("ten workers that start at once all find the tables made", async () => {
  const { db, close } = await openRealDatabase();
  closing.push(close);
  await Promise.all(Array.from({ length: 10 }, () => migrate(db)));
  const store = createPostgresStore({ db });
  const asked = request();
  expect(await store.enqueue([asked])).toEqual([{ id: asked.id, outcome: "created" }]);
});

test("migrating again keeps what is there, and leaves the app's own schema alone", async () => {
  const { db, close } = await openPgliteDatabase();
  closing.push(close);
  await db.execute(sql`create table jobs (id text)`);
  await migrate(db);
  const store = createPostgresStore({ db });
  const asked = request();
  await store.enqueue([asked]);
  await migrate(db);
  expect(await store.getJob(asked.id)).toMatchObject({ status: "pending" });
  expect(await db.execute(sql`select count(*)::int as count from public.jobs`)).toMatchObject({
    rows: [{ count: 0 }],
  });
});

test("what a database lacks is told, and nothing once it is migrated", async () => {
  const { db, close } = await openRealDatabase();
  closing.push(close);
  const lacking = await pendingMigrations(db, ["queue", "targets"]);
  expect(lacking).toEqual(
    expect.arrayContaining(["queue/0001-jobs-and-gates.sql", "targets/0001_targets.sql"]),
  );
  await migrate(db);
  expect(await pendingMigrations(db)).toEqual([]);
  expect(await pendingMigrations(db, ["queue", "targets"])).toEqual(
    lacking.filter((file) => file.startsWith("targets/")),
  );
});
