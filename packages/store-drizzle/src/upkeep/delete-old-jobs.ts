import type { UpkeepPolicy } from "@sluice/core";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

const deleteOldest = (kind: string): string =>
  `with old as materialized (
     select id from sluice.finished_jobs
     where status ${kind} 'completed' and finished_at <= (select sluice.now()) - $1::float8 * interval '1 ms'
     order by finished_at limit $2::integer for update skip locked),
   entries as (delete from sluice.attempts a using old where a.job_id = old.id)
   delete from sluice.finished_jobs f using old where f.id = old.id returning f.id`;

// Lock what they delete, skipping locked rows, with its ledger. Indexes of completed and of other finished jobs by the time of their
// end, from the oldest. Repeated they find what is left.
const deleteCompleted = statement<{ id: string }>("delete_old_completed", deleteOldest("="));
const deleteFailed = statement<{ id: string }>("delete_old_failed", deleteOldest("<>"));

/** Deletes finished jobs that retention does not keep; answers how many. */
export async function deleteOldJobs(
  session: Session,
  limit: number,
  { keepCompletedMs, keepFailedMs }: UpkeepPolicy,
): Promise<number> {
  const completed = await session.run(deleteCompleted, keepCompletedMs, limit);
  const failed =
    completed.length < limit ? await session.run(deleteFailed, keepFailedMs, limit - completed.length) : [];
  return completed.length + failed.length;
}
