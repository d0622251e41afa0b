import type { CountQuery, JobCount, JobStatus } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { relationOf } from "./relation-of.js";

interface CountRow {
  readonly task_type: string;
  readonly status: JobStatus;
  readonly count: number;
}

// Locks nothing, and may be repeated. Reads the table of live jobs, that of finished ones, or both, whole.
export async function countJobs(
  session: Session,
  { statuses, taskType }: CountQuery = {},
): Promise<readonly JobCount[]> {
  const relation = relationOf(statuses);
  const counts = statement<CountRow>(
    `count_${relation}`,
    `select task_type, status, count(*)::float8 as count from sluice.${relation}
     where ($1::text is null or task_type = $1::text) and ($2::text is null or status = any ($2::text::text[]))
     group by task_type, status order by task_type, status`,
  );
  const rows = await session.run(
    counts,
    taskType ?? null,
    statuses === undefined ? null : arrayLiteral(statuses),
  );
  return rows.map((row) => ({ taskType: row.task_type, status: row.status, count: row.count }));
}
