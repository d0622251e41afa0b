import { checkPruneLimit, type PruneRequest, type RetentionPolicy } from "@sluice/core";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { LastCounted } from "./last-counted.js";

const deleteOldest = (kind: string): string =>
  `with old as materialized (
     select id from sluice.finished_jobs
     where status ${kind} 'completed' and finished_at < sluice.from_ms($1::float8)
     order by finished_at limit $2::integer for update skip locked),
   entries as (delete from sluice.attempts where job_id = any (array(select id from old)))
   delete from sluice.finished_jobs where id = any (array(select id from old)) returning id`;

// Lock what they delete, skipping locked rows, with its ledger. Indexes of completed and of other finished jobs by the time of their
// end, from the oldest, then primary keys: for a join the planner would read both tables whole. Repeated they find what is left.
const deleteCompleted = statement<{ id: string }>("delete_old_completed", deleteOldest("="));
const deleteFailed = statement<{ id: string }>("delete_old_failed", deleteOldest("<>"));

// Locks nothing, and may be repeated. The same indexes, from the oldest as far as is to be deleted.
const count = statement<{ count: number }>(
  "count_prunable",
  `select (select count(*) from sluice.finished_jobs where status = 'completed' and finished_at < sluice.from_ms($1::float8))::float8
     + (select count(*) from sluice.finished_jobs where status <> 'completed' and finished_at < sluice.from_ms($2::float8)) as count`,
);

/** Deletes finished jobs that retention does not keep, completed ones first; answers how many. */
export async function pruneJobs(
  session: Session,
  { keep, limit }: PruneRequest,
  counted: LastCounted,
): Promise<number> {
  checkPruneLimit(limit);
  const since = await counted.keptSince(session, keep);
  const completed = await session.run(deleteCompleted, since.completed, limit);
  if (completed.length === limit) return limit;
  const failed = await session.run(deleteFailed, since.failed, limit - completed.length);
  return completed.length + failed.length;
}

export async function countPrunable(session: Session, keep: RetentionPolicy): Promise<number> {
  const since = await new LastCounted().keptSince(session, keep);
  const [row] = await session.run(count, since.completed, since.failed);
  return row?.count ?? 0;
}
