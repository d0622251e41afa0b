import { readdir, readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { openSession, type Session } from "./sql/session.js";
import { statement } from "./sql/statement.js";
import type { DrizzleTransaction } from "./transaction.js";

/** A set of migrations: a folder of this package's `migrations`, applied in the order of the file names. */
export type MigrationSet = (typeof migrationSets)[number];

/** In the order in which they can be applied: the queue makes the schema. */
export const migrationSets = ["queue", "ai", "targets"] as const;

/** Found from this file alone: built, all files of the package become one folder. */
export const migrationsFolder = new URL("../migrations/", import.meta.url);

// "sluice" in ASCII: a number that no other program is likely to lock.
const migrationLock = 0x73_6c_75_69_63_65;

const lock = statement("lock_migrations", "select pg_advisory_xact_lock($1::bigint)");

const ledger = statement<{ has_schema: boolean; has_table: boolean }>(
  "find_migrations",
  "select to_regnamespace('sluice') is not null as has_schema, to_regclass('sluice.migrations') is not null as has_table",
);

const applied = statement<{ file: string }>(
  "applied_migrations",
  "select file from sluice.migrations where set = $1::text",
);

/**
 * Brings the tables of the queue up to date, in the schema `sluice`. Safe to call by all workers at once, and each time they
 * start: one of them works, the others wait, and find nothing left to do.
 */
export async function migrate(db: DrizzleTransaction): Promise<void> {
  await applyMigrations(db, "queue");
}

/**
 * The files of these sets (`queue/0001-….sql`) that the database lacks: none when its tables are up to date. Changes nothing, and
 * waits for nobody who migrates.
 */
export async function pendingMigrations(
  db: DrizzleTransaction,
  sets: readonly MigrationSet[] = ["queue"],
): Promise<readonly string[]> {
  const session = openSession(db, { prepare: false });
  const pending: string[] = [];
  for (const set of sets) pending.push(...(await migrationsOf(session, set)).pending);
  return pending;
}

/** The files of a set that the database lacks, and those that it has and this package does not. */
export async function migrationsOf(
  session: Session,
  set: MigrationSet,
): Promise<{ readonly pending: readonly string[]; readonly unknown: readonly string[] }> {
  const [found] = await session.run(ledger);
  const rows = found?.has_table === true ? await session.run(applied, set) : [];
  const done = new Set(rows.map(({ file }) => file));
  const files = await listFiles(folderOf(set));
  const named = (names: readonly string[]): readonly string[] => names.map((file) => `${set}/${file}`);
  return {
    pending: named(files.filter((file) => !done.has(file))),
    unknown: named([...done].filter((file) => !files.includes(file)).sort()),
  };
}

/** Brings one set up to date. All files that are missing are applied in one transaction. */
export async function applyMigrations(db: DrizzleTransaction, set: MigrationSet): Promise<void> {
  const folder = folderOf(set);
  const files = await listFiles(folder);
  // Unprepared: a plan of the transaction before would not survive the tables that change under it.
  // Behind the lock it has to see what others have made while it waited, which a stricter isolation would not show.
  await openSession(db, { prepare: false }).readCommitted.transaction(async (session) => {
    await prepareLedger(session);
    const rows = await session.run(applied, set);
    const done = new Set(rows.map(({ file }) => file));
    for (const file of files.filter((name) => !done.has(name))) {
      await applyFile(session, await readFile(new URL(file, folder), "utf8"));
      await session.drizzle.execute(sql`insert into sluice.migrations (set, file) values (${set}, ${file})`);
    }
  });
}

function folderOf(set: MigrationSet): URL {
  return new URL(`${set}/`, migrationsFolder);
}

async function listFiles(folder: URL): Promise<readonly string[]> {
  return (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
}

/** The lock comes first: two that create the same at once fail. (`if not exists` would make drivers print a notice each time.) */
async function prepareLedger(session: Session): Promise<void> {
  await session.run(lock, migrationLock);
  const [found] = await session.run(ledger);
  if (found?.has_schema !== true) await session.drizzle.execute(sql`create schema sluice`);
  if (found?.has_table !== true)
    await session.drizzle.execute(sql`create table sluice.migrations (
      set text not null, file text not null, applied_at timestamptz not null default now(), primary key (set, file))`);
}

/** One statement at a time, as PGlite wants it. A semicolon at the end of a line ends one, so none stands there inside a body. */
async function applyFile({ drizzle }: Session, text: string): Promise<void> {
  const statements = text.replace(/^\s*--.*$/gm, "").split(/;\s*$/m);
  for (const one of statements) if (one.trim() !== "") await drizzle.execute(sql.raw(one));
}
