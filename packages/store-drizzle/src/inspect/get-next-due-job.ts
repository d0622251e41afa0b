import { isWaitingStatus, type Job, type WaitingJob } from "@sluice/core";
import { type JobRow, liveJobColumns, toJob } from "../rows/job-row.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks nothing, and may be repeated. The first entry of the index of ready jobs, all of which are due, or of that of jobs due later.
const first = statement<JobRow>(
  "get_next_due_job",
  `with ready as materialized (
     select id from sluice.jobs where task_type = $1::text and state = 0 order by priority, due_at, id limit 1),
   later as materialized (
     select id from sluice.jobs where task_type = $1::text and state = 1 order by due_at limit 1)
   select ${liveJobColumns} from sluice.jobs j
   where j.id = coalesce((select id from ready), (select id from later))`,
);

export async function getNextDueJob(session: Session, taskType: string): Promise<WaitingJob | null> {
  const [row] = await session.run(first, taskType);
  const job = row === undefined ? null : toJob(row);
  return job !== null && isWaiting(job) ? job : null;
}

function isWaiting(job: Job): job is WaitingJob {
  return isWaitingStatus(job.status);
}
