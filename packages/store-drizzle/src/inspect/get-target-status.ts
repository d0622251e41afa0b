import type { JobId, JobStatus, TargetRef, TargetStatus } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks nothing, and may be repeated. Primary keys. That a job is running is not written for its target, but seen in the job.
const status = statement<{ job_id: JobId; status: JobStatus; changed_at: InstantColumn }>(
  "get_target_status",
  `select t.job_id, coalesce(j.status, t.status) as status, sluice.to_ms(coalesce(j.claimed_at, t.changed_at)) as changed_at
   from sluice.target_statuses t
   left join lateral (select status, claimed_at from sluice.jobs where id = t.job_id and status = 'processing' limit 1) j on true
   where t.target_type = $1::text and t.target_id = $2::text and t.task_type = $3::text`,
);

export async function getTargetStatus(
  session: Session,
  { type, id }: TargetRef,
  taskType: string,
): Promise<TargetStatus | null> {
  const [row] = await session.run(status, type, id, taskType);
  return row === undefined
    ? null
    : { status: row.status, jobId: row.job_id, changedAt: toInstant(row.changed_at) };
}
