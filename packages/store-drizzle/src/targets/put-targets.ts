import type { TargetContent, TargetRef } from "@sluice/core";
import { and, inArray, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { targets } from "./targets-table.js";

export interface PutTarget {
  readonly ref: TargetRef<TargetContent["type"]>;
  readonly content: TargetContent;
  readonly contentHash: string;
}

/** `same`: the content is known, and so is what a model found in it, if it was asked. */
export interface PutAnswer {
  readonly ref: PutTarget["ref"];
  readonly change: "new" | "changed" | "same";
  readonly isEnriched: boolean;
}

/**
 * Inserts or updates by (type, id), in that order, so that two overlapping batches cannot deadlock. Safe to repeat. The
 * content is written even if its hash is the same: where it stands in its file may have changed.
 */
export async function putTargets(
  db: DrizzleTransaction,
  origin: string,
  batch: readonly PutTarget[],
): Promise<readonly PutAnswer[]> {
  const latest = new Map(batch.map((target) => [`${target.ref.type}\n${target.ref.id}`, target]));
  const sorted = [...latest.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, target]) => target);
  if (sorted.length === 0) return [];
  return db.transaction(async (tx) => {
    const known = await knownHashes(tx, sorted);
    await tx
      .insert(targets)
      .values(
        sorted.map(({ ref, content, contentHash }) => ({
          type: ref.type,
          id: ref.id,
          origin,
          content,
          contentHash,
        })),
      )
      .onConflictDoUpdate({
        target: [targets.type, targets.id],
        set: {
          origin: sql`excluded.origin`,
          content: sql`excluded.content`,
          contentHash: sql`excluded.content_hash`,
          changedAt: sql`case when ${targets.contentHash} = excluded.content_hash then ${targets.changedAt} else now() end`,
          vanishedAt: null,
        },
      });
    return sorted.map(({ ref, contentHash }) => {
      const before = known.get(`${ref.type}\n${ref.id}`);
      const change = before === undefined ? "new" : before.contentHash === contentHash ? "same" : "changed";
      return { ref, change, isEnriched: before?.enrichedHash === contentHash };
    });
  });
}

async function knownHashes(db: DrizzleTransaction, batch: readonly PutTarget[]) {
  const ids = batch.map(({ ref }) => ref.id);
  const types = [...new Set(batch.map(({ ref }) => ref.type))];
  const rows = await db
    .select({
      type: targets.type,
      id: targets.id,
      contentHash: targets.contentHash,
      enrichedHash: targets.enrichedHash,
    })
    .from(targets)
    .where(and(inArray(targets.type, types), sql`${targets.id} = any(${sql.param(ids)}::text[])`));
  return new Map(rows.map((row) => [`${row.type}\n${row.id}`, row]));
}
