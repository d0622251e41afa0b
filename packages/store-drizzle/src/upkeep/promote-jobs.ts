import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks what it moves, skipping locked rows. The index of jobs due later, from its beginning. What is ready stays ready, so
// it may be repeated at will.
const promoteAny = statement<{ task_type: string }>(
  "promote_jobs",
  `update sluice.jobs set state = 0 where id = any (array(
     select id from sluice.jobs where state = 1 and due_at <= (select sluice.now())
     order by due_at limit $1::integer for update skip locked))
   returning task_type`,
);

// The same for some task types only, before a claim: the index by type and due time. With `task_type = …` the planner would know that
// the order by type says nothing, and might take the other index, in which the due jobs of other types come first.
const promoteTypes = statement<{ task_type: string }>(
  "promote_jobs_of_types",
  `update sluice.jobs set state = 0 where id = any (array(
     select j.id from unnest((select $1::text::text[])) as a (task_type) cross join lateral (
       select id from sluice.jobs
       where state = 1 and task_type = any (array[a.task_type]) and due_at <= (select sluice.now())
       order by task_type, due_at limit $2::integer for update skip locked) j))
   returning task_type`,
);

/** Makes jobs ready whose due time has come; answers the task type of each. */
export async function promoteJobs(
  session: Session,
  { limit, taskTypes }: { readonly limit: number; readonly taskTypes?: readonly string[] },
): Promise<readonly string[]> {
  const rows =
    taskTypes === undefined
      ? await session.run(promoteAny, limit)
      : await session.run(promoteTypes, arrayLiteral(taskTypes), limit);
  return rows.map((row) => row.task_type);
}
