import type { TargetContent, TargetRef } from "@sluice/core";
import { and, inArray, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { targets } from "./targets-table.js";

export interface PutTarget {
  readonly ref: TargetRef<TargetContent["type"]>;
  readonly content: TargetContent;
  readonly contentHash: string;
}

/** `same`: the content is known, and so is what a model found in it, if it was asked. `refused`: the id is another origin's. */
export interface PutAnswer {
  readonly ref: PutTarget["ref"];
  readonly change: "new" | "changed" | "same" | "refused";
  readonly isEnriched: boolean;
  /** From where the target came before; `null`: it is new. */
  readonly before: string | null;
}

/**
 * Inserts or updates by the primary key (type, id), and locks in that order, so that two overlapping batches cannot deadlock. Safe to
 * repeat. The content is written even if its hash is the same: where it stands in its file may have changed. A target that another
 * origin gave and `keeps` is left as it is.
 */
export async function putTargets(
  db: DrizzleTransaction,
  origin: string,
  batch: readonly PutTarget[],
  keeps: (origin: string) => boolean = () => false,
): Promise<readonly PutAnswer[]> {
  const latest = new Map(batch.map((target) => [`${target.ref.type}\n${target.ref.id}`, target]));
  const sorted = [...latest.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, target]) => target);
  if (sorted.length === 0) return [];
  return db.transaction(async (tx) => {
    const known = await findKnown(tx, sorted);
    const isRefused = ({ ref }: PutTarget) => {
      const before = known.get(`${ref.type}\n${ref.id}`);
      return before !== undefined && !before.isVanished && before.origin !== origin && keeps(before.origin);
    };
    const accepted = sorted.filter((target) => !isRefused(target));
    if (accepted.length > 0) await write(tx, origin, accepted);
    return sorted.map((target) => {
      const { ref, contentHash } = target;
      const before = known.get(`${ref.type}\n${ref.id}`);
      const isEnriched = before?.enrichedHash === contentHash;
      const change = before === undefined ? "new" : before.contentHash === contentHash ? "same" : "changed";
      return {
        ref,
        change: isRefused(target) ? "refused" : change,
        isEnriched,
        before: before?.origin ?? null,
      };
    });
  });
}

async function write(tx: DrizzleTransaction, origin: string, batch: readonly PutTarget[]): Promise<void> {
  await tx
    .insert(targets)
    .values(
      batch.map(({ ref, content, contentHash }) => ({
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
}

async function findKnown(db: DrizzleTransaction, batch: readonly PutTarget[]) {
  const ids = batch.map(({ ref }) => ref.id);
  const types = [...new Set(batch.map(({ ref }) => ref.type))];
  const rows = await db
    .select({
      type: targets.type,
      id: targets.id,
      contentHash: targets.contentHash,
      enrichedHash: targets.enrichedHash,
      origin: targets.origin,
      isVanished: sql<boolean>`${targets.vanishedAt} is not null`,
    })
    .from(targets)
    .where(and(inArray(targets.type, types), sql`${targets.id} = any(${sql.param(ids)}::text[])`));
  return new Map(rows.map((row) => [`${row.type}\n${row.id}`, row]));
}
