import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { findBinaries, findInstalledPostgres } from "./find-binaries.js";
import { openPostgres } from "./open-postgres.js";
import { startPostgres } from "./start-postgres.js";
import { createTestDatabase } from "./vitest/create-test-database.js";

const isRoot = process.getuid?.() === 0;

function connect(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  return sql;
}

describe("a throwaway PostgreSQL", async () => {
  const server = await startPostgres({ settings: { max_connections: 20 } });
  afterAll(() => server.stop());

  test("serves, with the settings asked for, and does not wait for the disk", async () => {
    const sql = connect(server.url);
    const [row] = await sql`show server_version`;
    expect(`${row?.["server_version"]} `).toMatch(`${server.version} `);
    expect(await sql`show max_connections`).toEqual([{ max_connections: "20" }]);
    expect(await sql`show fsync`).toEqual([{ fsync: "off" }]);
  });

  test.each(["fast", "immediate", "kill"] as const)(
    "keeps data and address over a restart (%s)",
    async (mode) => {
      const before = server.pid;
      await connect(server.url).unsafe(`create table ${mode} as select 42 as answer`);
      await server.restart(mode);
      expect(server.pid).not.toBe(before);
      expect(await connect(server.url).unsafe(`select answer from ${mode}`)).toEqual([{ answer: 42 }]);
    },
  );

  test("comes back after somebody else has killed it", async () => {
    process.kill(server.pid ?? 0, "SIGKILL");
    await expect.poll(() => server.pid).toBeUndefined();
    await server.resume();
    expect(await connect(server.url)`select 1 as one`).toEqual([{ one: 1 }]);
  });

  test("stands beside another one, which leaves neither process nor folder when stopped, even twice", async () => {
    const other = await startPostgres({ fsync: true });
    const { pid } = other;
    await connect(server.url)`create table facts ()`;
    await expect(connect(other.url)`select from facts`).rejects.toThrow("does not exist");
    expect(await connect(other.url)`show fsync`).toEqual([{ fsync: "on" }]);
    await other.stop();
    await other.stop();
    expect(other.pid).toBeUndefined();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(dirname(other.dataDirectory))).toBe(false);
    expect(isAlive(server.pid)).toBe(true);
  });

  test("may be somebody else's, who lends a database and keeps it running", async () => {
    const lent = await openPostgres(server.url);
    const database = await lent.createDatabase();
    await connect(database.url)`create table facts ()`;
    await lent.stop();
    expect(isAlive(server.pid)).toBe(true);
    await database.drop();
    await expect(connect(database.url)`select 1`).rejects.toThrow("does not exist");
  });

  test("says in the server's own words why it did not start", async () => {
    await expect(startPostgres({ settings: { max_connections: "lots" } })).rejects.toThrow(
      'invalid value for parameter "max_connections": "lots"',
    );
  });

  test.runIf(isRoot)("runs from a folder that only root may enter (tried as root)", async () => {
    const secret = await mkdtemp(join(tmpdir(), "sluice-secret-"));
    onTestFinished(() => rm(secret, { recursive: true }));
    await cp(dirname(findBinaries()), secret, { recursive: true, verbatimSymlinks: true });
    await chmod(secret, 0o700);
    const hidden = await startPostgres({ binDirectory: join(secret, "bin") });
    expect(await connect(hidden.url)`select 1 as one`).toEqual([{ one: 1 }]);
    await hidden.stop();
  });

  const installed = findInstalledPostgres(15);
  test.runIf(installed)("may be a PostgreSQL 15 (tried where one is installed)", async () => {
    const old = await startPostgres({ binDirectory: installed ?? "" });
    expect(old.version).toMatch(/^15\./);
    await old.stop();
  });
});

describe("the server that all projects of a test run share", async () => {
  const [mine, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  afterAll(() => Promise.all([mine.drop(), other.drop()]));

  test("gives each test file a database of its own", async () => {
    await connect(mine.url)`create table facts as select 42 as answer`;
    await expect(connect(other.url)`select answer from facts`).rejects.toThrow("does not exist");
  });
});

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
