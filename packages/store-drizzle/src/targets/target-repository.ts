import type {
  Enrichment,
  LoadedTarget,
  SavedEnrichment,
  TargetContent,
  TargetRef,
  TargetRepository,
} from "@sluice/core";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { markVanished } from "./mark-vanished.js";
import { type PutAnswer, type PutTarget, putTargets } from "./put-targets.js";
import { targets } from "./targets-table.js";

/** A target and what was found in it so far. */
export interface StoredTarget {
  readonly ref: TargetRef<TargetContent["type"]>;
  readonly origin: string;
  readonly content: TargetContent;
  readonly enrichment: Enrichment | null;
  /** `provider:model` that made the enrichment. */
  readonly enrichedBy: string | null;
  /** Whether the enrichment was made from the content as it is now. */
  readonly isCurrent: boolean;
  readonly isVanished: boolean;
}

/** The built-in targets: what the AI handlers need, and what fills and shows the table. */
export interface StoredTargetRepository extends TargetRepository<DrizzleTransaction> {
  /**
   * Stores contents as they are now, and tells what is new. At most some thousand at a time. Targets that another origin gave become
   * this one's, unless it `keeps` them.
   */
  put(
    origin: string,
    batch: readonly PutTarget[],
    options?: { readonly tx?: DrizzleTransaction; readonly keeps?: (origin: string) => boolean },
  ): Promise<readonly PutAnswer[]>;
  /** Marks the targets of the origin that are not among `seen`; answers how many. */
  markVanished(origin: string, seen: readonly TargetRef[]): Promise<number>;
  /** By type and id. */
  list(query?: {
    readonly origin?: string;
    readonly type?: TargetContent["type"];
    readonly limit?: number;
  }): Promise<readonly StoredTarget[]>;
}

/** Over the tables of `migrateTargets`, in the app's own database. */
export function createTargetRepository({ db }: { readonly db: DrizzleTransaction }): StoredTargetRepository {
  return {
    load: (ref) => loadTarget(db, ref),
    save: saveEnrichment,
    put: (origin, batch, { tx = db, keeps } = {}) => putTargets(tx, origin, batch, keeps),
    markVanished: (origin, seen) => markVanished(db, origin, seen),
    list: (query = {}) => listTargets(db, query),
  };
}

/** One that has vanished is not there any more. Locks nothing, and may be repeated. Primary key. */
async function loadTarget(db: DrizzleTransaction, ref: TargetRef): Promise<LoadedTarget | null> {
  const [row] = await db
    .select({ content: targets.content, contentHash: targets.contentHash })
    .from(targets)
    .where(and(isTarget(ref), isNull(targets.vanishedAt)));
  return row ?? null;
}

/**
 * Locks the target's row, the first of a commit's locks, and writes it if it is still what the enrichment was made from, and has none
 * that was asked for later. Who waited for the lock compares what it finds then. Primary key. The same again writes the same.
 */
async function saveEnrichment(
  tx: DrizzleTransaction,
  { target, contentHash, enrichment, askedAt, model }: SavedEnrichment,
): Promise<"saved" | "changed" | "gone" | "older"> {
  const asked = sql`to_timestamp(${askedAt}::float8 / 1000)`;
  const found =
    enrichment.kind === "summary"
      ? { summary: enrichment.summary, keywords: [...enrichment.keywords], topics: null }
      : { summary: null, keywords: null, topics: enrichment.topics };
  const saved = await tx
    .update(targets)
    .set({
      ...found,
      enrichedHash: contentHash,
      enrichedBy: model,
      enrichedAskedAt: asked,
      enrichedAt: sql`now()`,
    })
    .where(
      and(
        isTarget(target),
        eq(targets.contentHash, contentHash),
        // Also true where nothing is known of an earlier one.
        sql`(${targets.enrichedHash} = ${contentHash} and ${targets.enrichedAskedAt} > ${asked}) is not true`,
      ),
    )
    .returning({ id: targets.id });
  if (saved.length > 0) return "saved";
  const now = await loadTarget(tx, target);
  if (now === null) return "gone";
  return now.contentHash === contentHash ? "older" : "changed";
}

/** Locks nothing, and may be repeated. The primary key in its order, or the index on (origin, type, id). */
async function listTargets(
  db: DrizzleTransaction,
  { origin, type, limit = 1_000 }: NonNullable<Parameters<StoredTargetRepository["list"]>[0]>,
): Promise<readonly StoredTarget[]> {
  const rows = await db
    .select()
    .from(targets)
    .where(and(origin === undefined ? undefined : eq(targets.origin, origin), type && eq(targets.type, type)))
    .orderBy(asc(targets.type), asc(targets.id))
    .limit(limit);
  return rows.map((row) => ({
    ref: { type: row.type, id: row.id },
    origin: row.origin,
    content: row.content,
    enrichment: enrichmentOf(row),
    enrichedBy: row.enrichedBy,
    isCurrent: row.enrichedHash === row.contentHash,
    isVanished: row.vanishedAt !== null,
  }));
}

function enrichmentOf({ summary, keywords, topics }: typeof targets.$inferSelect): Enrichment | null {
  if (topics !== null) return { kind: "topics", topics };
  return summary === null ? null : { kind: "summary", summary, keywords: keywords ?? [] };
}

function isTarget({ type, id }: TargetRef) {
  return and(sql`${targets.type} = ${type}`, eq(targets.id, id));
}
