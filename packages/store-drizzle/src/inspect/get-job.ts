import type { EpochMs, Job, JobId } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { anyJobColumns, type JobRow, toJob } from "../rows/job-row.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Lock nothing, and may be repeated. Primary keys of both tables behind the view.
const now = statement<{ now: InstantColumn }>("now", "select sluice.to_ms(sluice.now()) as now");
const one = statement<JobRow>(
  "get_job",
  `select ${anyJobColumns} from sluice.all_jobs j where j.id = $1::uuid`,
);

export async function readNow(session: Session): Promise<EpochMs> {
  const [row] = await session.run(now);
  if (row === undefined) throw new Error("the database does not tell the time");
  return toInstant(row.now);
}

export async function getJob(session: Session, jobId: JobId): Promise<Job | null> {
  const [row] = await session.run(one, jobId);
  return row === undefined ? null : toJob(row);
}
