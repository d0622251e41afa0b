import type { JobCount, JobStatus } from "@sluice/core";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks nothing. Reads both tables whole.
const counts = statement<{ task_type: string; status: JobStatus; count: number }>(
  "count_jobs",
  `select task_type, status, count(*)::float8 as count from sluice.all_jobs
   where $1::text is null or task_type = $1::text group by task_type, status order by task_type, status`,
);

export async function countJobs(session: Session, taskType: string | null): Promise<readonly JobCount[]> {
  const rows = await session.run(counts, taskType);
  return rows.map((row) => ({ taskType: row.task_type, status: row.status, count: row.count }));
}
