import { readdirSync, readFileSync } from "node:fs";
import { type JobStatus, taskGateKey } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { createCallLedger } from "../src/ai/call-ledger.js";
import { createPostgresStore } from "../src/create-postgres-store.js";
import {
  applyMigrations,
  migrate,
  migrationSets,
  migrationsFolder,
  pendingMigrations,
} from "../src/migrate.js";
import { checkSchema } from "../src/schema/check-schema.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { openPgliteDatabase, openRealDatabase } from "./databases.js";
import { claimRequest, ended, request, succeeded } from "./sample-jobs.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
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

const fixtures = new URL("fixtures/", import.meta.url);
const landed = readdirSync(fixtures).filter((file) => file.endsWith(".sql"));

test("there is a fixture of every schema that a later migration leads from", () => {
  const numbers = readdirSync(new URL("queue/", migrationsFolder))
    .map((file) => file.slice(0, 4))
    .sort();
  expect(landed).toEqual(expect.arrayContaining(numbers.slice(0, -1).map((number) => `after-${number}.sql`)));
});

test.each(landed)(
  "ten workers that start at once lead a database as of %s to what a fresh one is, with all its jobs",
  async (file) => {
    const { db, close } = await openRealDatabase();
    closing.push(close);
    for (const one of readFileSync(new URL(file, fixtures), "utf8").split(/;$/m))
      if (one.trim() !== "") await db.execute(sql.raw(one));
    const before = await countByStatus(db);
    for (const set of migrationSets)
      await Promise.all(Array.from({ length: 10 }, () => applyMigrations(db, set)));
    expect(await checkSchema(db, migrationSets)).toEqual([]);
    expect(await countByStatus(db)).toEqual(before);

    const store = createPostgresStore({ db });
    const { jobs } = await store.listJobs({ limit: 100 });
    expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(statuses));
    const failed = jobs.find(({ status }) => status === "failed_ai");
    expect(await store.retry(failed?.id ?? request().id)).toMatchObject({ type: "done" });
    await store.resumeGate(taskGateKey("plain"));
    const tasks = [{ taskType: "plain", limit: 100 }];
    const claimed = await store.claim(claimRequest({ limit: 100, tasks }));
    const answers = await store.commit(claimed.jobs.map((job) => ended(job, succeeded)));
    expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(["committed"]));
    const call = await createCallLedger({ db }).find("sha:1");
    expect(call).toMatchObject({ answer: { text: "Hallo" }, usage: { costUsd: "0.001" } });
    await store.close();
  },
);

const statuses: readonly JobStatus[] = [
  ...(["pending", "retry_ai", "rate_limited", "processing", "completed"] as const),
  ...(["failed_ai", "failed_payload_parsing", "failed_job_logic", "cancelled"] as const),
];

async function countByStatus(db: DrizzleTransaction): Promise<unknown> {
  return db.execute(sql`select status, count(*)::int from sluice.all_jobs group by status order by status`);
}
