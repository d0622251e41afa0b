import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { applyMigrations, migrationSets } from "../src/migrate.js";
import { checkSchema } from "../src/schema/check-schema.js";
import { readSchema } from "../src/schema/read-schema.js";
import { openSession } from "../src/sql/session.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import { databases, type OpenDatabase, openRealDatabase } from "./databases.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(): Promise<OpenDatabase["db"]> {
  const { db, close } = await openRealDatabase();
  closing.push(close);
  return db;
}

async function openWithAllSets(): Promise<OpenDatabase["db"]> {
  const db = await open();
  for (const set of migrationSets) await applyMigrations(db, set);
  return db;
}

test("the expected schema is what the migrations make (if not: run this test with -u)", async () => {
  const db = await open();
  const known = new Set<string>();
  const expected: Record<string, Record<string, string>> = {};
  for (const set of migrationSets) {
    await applyMigrations(db, set);
    const schema = await readSchema(openSession(db, { prepare: false }));
    expected[set] = Object.fromEntries([...schema].filter(([object]) => !known.has(object)));
    for (const object of schema.keys()) known.add(object);
  }
  const json = `${JSON.stringify(expected, null, 2)}\n`;
  await expect(json).toMatchFileSnapshot("../migrations/expected-schema.json");
});

test("about a database with all tables as they should be there is nothing to say", async () => {
  expect(await checkSchema(await openWithAllSets(), migrationSets)).toEqual([]);
});

test("a database without our tables lacks all migrations, and nothing else is said", async () => {
  const db = await open();
  const differences = await checkSchema(db, migrationSets);
  expect(differences.every(({ kind, isFault }) => kind === "pending" && isFault)).toBe(true);
  expect(differences.map(({ object }) => object)).toEqual(
    expect.arrayContaining(["migration queue/0001-jobs-and-gates.sql", "migration ai/0001_ai_calls.sql"]),
  );
});

test.each(databases)(
  "%s: a set that nobody asks about is neither missing nor unexpected",
  async (_name, open) => {
    const { db, close } = await open();
    closing.push(close);
    expect(await checkSchema(db)).toEqual([]);
    await applyMigrations(db, "targets");
    expect(await checkSchema(db)).toEqual([]);
  },
);

describe("what somebody has changed is found", () => {
  // biome-ignore format: a table
  const changes: readonly (readonly [change: string, object: string, kind: string])[] = [
    ["drop index sluice.jobs_ready", "index jobs_ready", "missing"],
    ["alter table sluice.jobs drop constraint attempts_are_bounded", "constraint jobs.attempts_are_bounded", "missing"],
    ["alter table sluice.workers alter column running type bigint", "column workers.running", "different"],
    ["alter table sluice.jobs alter column priority drop not null", "column jobs.priority", "different"],
    ["alter table sluice.jobs reset (autovacuum_vacuum_threshold)", "table jobs", "different"],
    ["alter table sluice.workers set unlogged", "table workers", "different"],
    ["alter table sluice.jobs alter column payload set storage external", "column jobs.payload", "different"],
    ["alter table sluice.workers drop column running", "column workers.running", "missing"],
    ["create or replace view sluice.all_attempts as select * from sluice.attempts", "view all_attempts", "different"],
    ["drop table sluice.ai_calls", "table ai_calls", "missing"],
    ["create index mine on sluice.jobs (created_at)", "index mine", "unexpected"],
    ["alter table sluice.jobs add column mine text", "column jobs.mine", "unexpected"],
  ];

  test("each change by its name, with what was expected and what was found", async () => {
    const db = await openWithAllSets();
    for (const [change, object, kind] of changes) {
      const inside = db.transaction(async (tx) => {
        await tx.execute(sql.raw(change));
        const differences = await checkSchema(tx, migrationSets);
        expect(differences, change).toContainEqual(expect.objectContaining({ object, kind }));
        for (const { text } of differences) expect(text).toMatch(/^\w+ \S+ is .+\.|;$/);
        expect(differences.filter(({ isFault }) => isFault).length > 0, change).toBe(kind !== "unexpected");
        tx.rollback();
      });
      await expect(inside).rejects.toThrow("Rollback");
    }
  });

  test("an index that was dropped is said with the statement that makes it again", async () => {
    const db = await openWithAllSets();
    await db.execute(sql`drop index sluice.jobs_ready`);
    const [missing] = await checkSchema(db);
    const [, repair] = /Run: (.+;)$/.exec(missing?.text ?? "") ?? [];
    await db.execute(sql.raw(repair ?? ""));
    expect(await checkSchema(db)).toEqual([]);
  });

  test("an index that is not valid does not count as there", async () => {
    const db = await openWithAllSets();
    await db.execute(
      sql`update pg_index set indisvalid = false where indexrelid = 'sluice.jobs_leased'::regclass`,
    );
    expect(await checkSchema(db)).toMatchObject([{ object: "index jobs_leased", kind: "different" }]);
  });

  test("a clock that stands still is found", async () => {
    const db = await openWithAllSets();
    await freezeClock(db);
    const faults = (await checkSchema(db)).filter(({ isFault }) => isFault);
    expect(faults).toMatchObject([{ object: "function now()", kind: "different" }]);
  });

  test("of a newer version's database only that is said", async () => {
    const db = await openWithAllSets();
    await db.execute(sql`insert into sluice.migrations (set, file) values ('queue', '9999-later.sql')`);
    await db.execute(sql`drop index sluice.jobs_ready`);
    expect(await checkSchema(db)).toMatchObject([
      { object: "migration queue/9999-later.sql", kind: "unknown-migration", isFault: false },
    ]);
  });
});
