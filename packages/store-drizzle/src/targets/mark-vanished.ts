import type { TargetRef } from "@sluice/core";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { targets } from "./targets-table.js";

export async function markVanished(
  db: DrizzleTransaction,
  origin: string,
  seen: readonly TargetRef[],
): Promise<number> {
  return (await markUnseen(db, origin, seen)).length;
}

/**
 * Locks what it marks, in the order in which it finds it: by the index on (origin, type, id), or reading the whole table. Safe to repeat:
 * what is marked is left alone.
 */
export function markUnseen(db: DrizzleTransaction, origin: string, seen: readonly TargetRef[]) {
  const types = sql.param(seen.map(({ type }) => type));
  const ids = sql.param(seen.map(({ id }) => id));
  // Not `not in`, which is hashed only while it fits into memory, and else compares all with all.
  const isUnseen = sql`not exists (
    select from unnest(${types}::text[], ${ids}::text[]) as s (type, id) where s.type = ${targets.type} and s.id = ${targets.id})`;
  return db
    .update(targets)
    .set({ vanishedAt: sql`now()` })
    .where(and(eq(targets.origin, origin), isNull(targets.vanishedAt), isUnseen))
    .returning({ id: targets.id });
}
