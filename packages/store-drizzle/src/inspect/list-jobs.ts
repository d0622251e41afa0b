import { isJobId, type JobPage, type JobQuery } from "@sluice/core";
import { anyJobColumns, finishedJobColumns, type JobRow, liveJobColumns, toJob } from "../rows/job-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { type StatementValue, statement } from "../sql/statement.js";
import { relationOf } from "./relation-of.js";

/**
 * Newest first by id, whose first bits are the time when a client made it. Locks nothing, and may be repeated. Walks the primary key of
 * live or of finished jobs backwards, or both when jobs of both are asked for; the index of failed jobs when only such are; or that of
 * targets. The cursor is the id of the page's last job.
 */
export async function listJobs(session: Session, query: JobQuery): Promise<JobPage> {
  const { limit } = query;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1_000))
    throw new RangeError(`the limit of a page is 1 to 1,000, got ${limit}`);
  if (query.cursor !== undefined && !isJobId(query.cursor))
    throw new RangeError(`not a cursor of a page of jobs: ${JSON.stringify(query.cursor.slice(0, 60))}`);
  const { filters, conditions, values } = conditionsOf(query);
  const numbered = conditions.map((condition, index) => condition.replaceAll("$", `$${index + 2}`));
  const where = numbered.join(" and ") || "true";
  const relation = relationOf(query.statuses);
  // All jobs of a target, of which there are few, and then their order: else the planner may walk all jobs in their order.
  const source =
    query.target === undefined
      ? `sluice.${relation} j where ${where} order by j.id desc`
      : `(select * from sluice.${relation} j where ${where} offset 0) j order by j.id desc`;
  const page = statement<JobRow>(
    `list_${relation}_${filters}`,
    `select ${columnsOf[relation]} from ${source} limit $1::integer`,
  );
  const rows = await session.run(page, limit + 1, ...values);
  const jobs = rows.slice(0, limit).map(toJob);
  return { jobs, next: rows.length > limit ? (jobs.at(-1)?.id ?? null) : null };
}

const columnsOf = { jobs: liveJobColumns, finished_jobs: finishedJobColumns, all_jobs: anyJobColumns };

/** `$` stands for the value's number; `filters` names which of them there are. */
function conditionsOf({ statuses, taskType, target, cursor }: JobQuery): {
  filters: string;
  conditions: string[];
  values: StatementValue[];
} {
  const all: readonly (readonly [string, string, StatementValue | undefined])[] = [
    ["s", "j.status = any ($::text::text[])", statuses && arrayLiteral(statuses)],
    ["t", "j.task_type = $::text", taskType],
    ["k", "j.target_type = $::text", target?.type],
    ["i", "j.target_id = $::text", target?.id],
    ["c", "j.id < $::uuid", cursor],
  ];
  const given = all.flatMap(([filter, condition, value]) =>
    value === undefined ? [] : [{ filter, condition, value }],
  );
  return {
    filters: given.map(({ filter }) => filter).join(""),
    conditions: given.map(({ condition }) => condition),
    values: given.map(({ value }) => value),
  };
}
