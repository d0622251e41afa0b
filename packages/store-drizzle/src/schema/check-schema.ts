import { readFile } from "node:fs/promises";
import { type MigrationSet, migrationSets, migrationsFolder, migrationsOf } from "../migrate.js";
import { openSession } from "../sql/session.js";
import type { DrizzleTransaction } from "../transaction.js";
import { readSchema, type Schema } from "./read-schema.js";

/** What the migrations of this package make, as a fresh database shows it: objects by set and name. */
type ExpectedSchema = Readonly<Record<MigrationSet, Readonly<Record<string, string>>>>;

/** `missing`, `different` and `pending` are faults; the others may be meant so. */
export type DifferenceKind = "missing" | "different" | "unexpected" | "pending" | "unknown-migration";

/** One thing about the tables that is not as this version of the package expects it. */
export interface SchemaDifference {
  readonly kind: DifferenceKind;
  readonly isFault: boolean;
  /** Kind and name, as in `index jobs_ready`, `column jobs.due_at` or `migration queue/0001-jobs-and-gates.sql`. */
  readonly object: string;
  /** What the catalogue of a database would say that is as it should be; `null` where there should be nothing. */
  readonly expected: string | null;
  /** What it says; `null` where there is nothing. */
  readonly found: string | null;
  /** The whole in words, with what to do about it. */
  readonly text: string;
}

/**
 * Compares tables, columns, constraints, indexes, views, functions and storage options with those of a fresh database, and says
 * what differs: nothing when all is well. Of a set whose migrations are not those of this package only that is said. Changes nothing.
 */
export async function checkSchema(
  db: DrizzleTransaction,
  sets: readonly MigrationSet[] = ["queue"],
): Promise<readonly SchemaDifference[]> {
  const session = openSession(db, { prepare: false });
  const expected = await readExpectedSchema();
  const found = await readSchema(session);
  const differences: SchemaDifference[] = [];
  for (const set of sets) {
    const { pending, unknown } = await migrationsOf(session, set);
    differences.push(...pending.map(pendingMigration), ...unknown.map(unknownMigration));
    if (pending.length + unknown.length === 0) differences.push(...compare(expected[set], found));
  }
  const isKnown = (object: string): boolean => migrationSets.some((set) => object in expected[set]);
  const hasNewer = differences.some(({ kind }) => kind === "unknown-migration");
  const unexpected = [...found].filter(([object]) => !isKnown(object) && !hasNewer);
  return [...differences, ...unexpected.map(([object, definition]) => unexpectedObject(object, definition))];
}

async function readExpectedSchema(): Promise<ExpectedSchema> {
  const text = await readFile(new URL("expected-schema.json", migrationsFolder), "utf8");
  return JSON.parse(text) as ExpectedSchema;
}

function compare(expected: Readonly<Record<string, string>>, found: Schema): readonly SchemaDifference[] {
  return Object.entries(expected).flatMap(([object, definition]) => {
    const actual = found.get(object);
    if (actual === undefined) return [missingObject(object, definition)];
    return actual === definition ? [] : [differentObject(object, definition, actual)];
  });
}

/** A migration that has been applied is not applied again, so the way back is by hand. */
const repair = (object: string, definition: string): string =>
  object.startsWith("index ")
    ? `Run: ${definition.replace(" ON ", " ON sluice.")};`
    : "Nothing repairs that by itself: make it as expected by hand, or restore a backup.";

function missingObject(object: string, expected: string): SchemaDifference {
  const text = `${object} is missing, expected: ${expected}. ${repair(object, expected)}`;
  return { kind: "missing", isFault: true, object, expected, found: null, text };
}

function differentObject(object: string, expected: string, found: string): SchemaDifference {
  const first = object.startsWith("index ") ? `Drop it first: drop index sluice.${object.slice(6)}; ` : "";
  const text = `${object} is not as expected. Expected: ${expected}. Found: ${found}. ${first}${repair(object, expected)}`;
  return { kind: "different", isFault: true, object, expected, found, text };
}

function unexpectedObject(object: string, found: string): SchemaDifference {
  const text = `${object} is none of ours: ${found}. If nobody else needs it, drop it.`;
  return { kind: "unexpected", isFault: false, object, expected: null, found, text };
}

function pendingMigration(file: string): SchemaDifference {
  const text = `migration ${file} has not been applied. Migrate this database before workers of this version use it.`;
  return {
    kind: "pending",
    isFault: true,
    object: `migration ${file}`,
    expected: "applied",
    found: null,
    text,
  };
}

function unknownMigration(file: string): SchemaDifference {
  const text = `migration ${file} was applied by a newer version of this package, which this one does not know. Update this one.`;
  return {
    kind: "unknown-migration",
    isFault: false,
    object: `migration ${file}`,
    expected: null,
    found: "applied",
    text,
  };
}
