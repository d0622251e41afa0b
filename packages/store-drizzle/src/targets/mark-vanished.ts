import type { TargetRef } from "@sluice/core";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { targets } from "./targets-table.js";

/**
 * Locks what it marks, in the order in which it finds it: by the index on (origin, type, id), or reading the whole table. Safe to repeat:
 * what is marked is left alone.
 */
export async function markVanished(
  db: DrizzleTransaction,
  origin: string,
  seen: readonly TargetRef[],
): Promise<number> {
  const seenTargets = sql`select * from unnest(${sql.param(seen.map(({ type }) => type))}::text[], ${sql.param(seen.map(({ id }) => id))}::text[])`;
  const marked = await db
    .update(targets)
    .set({ vanishedAt: sql`now()` })
    .where(
      and(
        eq(targets.origin, origin),
        isNull(targets.vanishedAt),
        sql`(${targets.type}, ${targets.id}) not in (${seenTargets})`,
      ),
    )
    .returning({ id: targets.id });
  return marked.length;
}
