import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import postgres from "postgres";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeFolder, runSluice } from "./run-sluice.js";

test("ten processes that migrate at once all find the tables made, whatever isolation they have", async () => {
  const { name, url, drop } = await createTestDatabase();
  const home = await makeFolder({});
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await sql.end();
    await drop();
    await home.remove();
  });
  const start = () =>
    Array.from({ length: 5 }, () => runSluice(["migrate"], { cwd: home.path, env: { DATABASE_URL: url } }));
  const untilWaiting = (count: number) =>
    vi.waitFor(
      async () => {
        const [row] = await sql`select count(*)::int as waiting from pg_locks
          where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = ${name})`;
        expect(row).toEqual({ waiting: count });
      },
      { timeout: 60_000 },
    );
  // Held up until all are there. What a database has as its default holds for those who connect from then on.
  await sql`select pg_advisory_lock(${"0x736c75696365"}::bigint)`;
  const usual = start();
  await untilWaiting(5);
  await sql.unsafe(`alter database ${name} set default_transaction_isolation = 'serializable'`);
  const strict = start();
  await untilWaiting(10);
  await sql`select pg_advisory_unlock_all()`;
  for (const { status, stderr } of await Promise.all([...usual, ...strict]))
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const check = await runSluice(["migrate", "--check"], { cwd: home.path, env: { DATABASE_URL: url } });
  expect(check.stdout).toBe("up to date\n");
}, 120_000);
