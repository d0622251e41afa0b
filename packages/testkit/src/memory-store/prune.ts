import {
  checkPruneLimit,
  type FinishedJob,
  finishedKindOf,
  keptOf,
  keptSince,
  type PruneRequest,
  type RetentionPolicy,
} from "@sluice/core";
import type { Tables } from "./tables.js";

/** Deletes finished jobs that are not to be kept, with their ledgers; answers how many. */
export function prune(tables: Tables, { keep, limit }: PruneRequest): number {
  checkPruneLimit(limit);
  const old = findPrunable(tables, keep).slice(0, limit);
  for (const { id } of old) {
    tables.jobs.delete(id);
    tables.ledger.delete(id);
  }
  return old.length;
}

/** Completed ones first, of each kind those that ended first. */
export function findPrunable(tables: Tables, keep: RetentionPolicy): readonly FinishedJob[] {
  return (["completed", "failed"] as const).flatMap((kind) => {
    const ended = tables.jobs.finished().filter((job) => finishedKindOf(job) === kind);
    const kept = keptOf(kind, keep);
    const lastCounted = kept.keepCount === null ? undefined : ended.at(-kept.keepCount);
    const lastCountedAt = lastCounted?.finishedAt ?? null;
    const since = keptSince(kept, { now: tables.now(), lastCountedAt });
    return ended.filter(({ finishedAt }) => finishedAt < since);
  });
}
