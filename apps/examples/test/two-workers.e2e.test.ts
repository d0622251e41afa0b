import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startExample } from "./run-example.js";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const guests = 60;

test("two workers share the jobs, and each job is done once", async () => {
  const env = { DATABASE_URL: database.url };
  const workers = [
    startExample("two-workers/worker.js", { env }),
    startExample("two-workers/worker.js", { env }),
  ];
  await Promise.all(workers.map((worker) => worker.waitFor(/is ready/)));
  await startExample("two-workers/enqueue.js", { args: [String(guests)], env }).ended;

  const sql = postgres(database.url);
  await expect
    .poll(() => sql`select count(*)::int as greeted from greetings`, { timeout: 120_000 })
    .toEqual([{ greeted: guests }]);
  const rows =
    await sql`select count(distinct guest)::int as guests, count(distinct pid)::int as pids from greetings`;
  expect(rows).toEqual([{ guests, pids: 2 }]);
  await sql.end();
  for (const worker of workers) worker.terminate();
  await Promise.all(workers.map((worker) => worker.ended));
}, 180_000);
