import type { TargetRef } from "@sluice/core";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { IngestEvent, SkippedPath, SkipReason } from "./ingest-event.js";

/** Of what was skipped for these reasons it is known that nothing is there; of all else only that it was not read. */
const knownEmpty: ReadonlySet<SkipReason> = new Set(["empty", "source_beside", "symlink"]);

/** Whether a path may still have the targets that it had: it could not be read, or not wholly. */
export function isUnread(event: IngestEvent): event is Extract<IngestEvent, { readonly path: string }> {
  if (event.kind === "warning") return true;
  return event.kind === "skipped" && !knownEmpty.has((event satisfies SkippedPath).reason);
}

/**
 * The targets of an origin in files and folders that a reading has not read, by what their ids begin with. Locks nothing; the
 * index on (origin, type, id).
 */
export async function findUnreadTargets(
  db: DrizzleTransaction,
  origin: string,
  { paths, idPrefix }: { readonly paths: readonly string[]; readonly idPrefix: string },
): Promise<readonly TargetRef[]> {
  if (paths.length === 0) return [];
  const known = await db
    .select({ type: sql<string>`type`, id: sql<string>`id` })
    .from(sql`sluice.targets`)
    .where(and(eq(sql`origin`, origin), isNull(sql`vanished_at`)));
  const unread = new Set(paths.map((path) => `${idPrefix}${path}`.replaceAll(/[\p{Cc}\p{Cs}]/gu, "\uFFFD")));
  return known.filter(({ id }) => startsOf(id).some((start) => unread.has(start)));
}

/** The id, and all that stands before a `/` or `#` in it, or the `~` of one that had to be cleaned (see `storableId`). */
function startsOf(id: string): readonly string[] {
  return [id, ...[...id.matchAll(/[/#~]/g)].map(({ index }) => id.slice(0, index))];
}
