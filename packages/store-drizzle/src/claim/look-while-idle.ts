import type { ClaimAnswer, ClaimRequest, WorkerRecord } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { soonestUpkeepInMs, toUpkeepInMs } from "../upkeep/upkeep-in-ms.js";
import { signOfLife } from "../workers/workers.js";

interface LookRow {
  readonly has_work: boolean;
  readonly due_in_ms: number | null;
  readonly upkeep_in_ms: number | null;
}

/**
 * All that an idle worker asks, in one small statement. Locks the worker's own row, as a sign of life. Per type the first entry of the
 * index of ready jobs and of the one of jobs due later; of all types the first lease and the first deadline. Whether gates are open
 * is left to the claim that follows if there is a job. Repeated it looks again. Committed asynchronously, like a renewal.
 */
const look = statement<LookRow>(
  "look_while_idle",
  `with clock as materialized (select sluice.now() as now, set_config('synchronous_commit', 'off', true) as durability),
   seen as (${signOfLife}),
   due as materialized (
     select min(t.due_at) as at from unnest((select $6::text::text[])) as a (task_type)
     cross join lateral (
       (select j.due_at from sluice.jobs j where j.task_type = a.task_type and j.state = 0
        order by j.priority, j.due_at, j.id limit 1)
       union all
       (select j.due_at from sluice.jobs j where j.task_type = a.task_type and j.state = 1 order by j.due_at limit 1)) t)
   select coalesce(due.at <= clock.now, false) as has_work,
     (date_part('epoch', due.at - clock.now) * 1000)::float8 as due_in_ms, ${soonestUpkeepInMs} as upkeep_in_ms
   from clock, due where clock.durability = 'off'`,
);

/** `null`: there may be a job, so ask for it. */
export async function lookWhileIdle(
  session: Session,
  worker: WorkerRecord,
  { tasks }: ClaimRequest,
): Promise<{ readonly nothing: ClaimAnswer | null; readonly upkeepInMs: number | null }> {
  const { id, taskTypes, concurrency, running, liveForMs } = worker;
  const [row] = await session.run(
    look,
    id,
    JSON.stringify(taskTypes),
    concurrency,
    running,
    liveForMs,
    arrayLiteral(tasks.map(({ taskType }) => taskType)),
  );
  const upkeepInMs = toUpkeepInMs(row?.upkeep_in_ms ?? null);
  if (row === undefined || row.has_work) return { nothing: null, upkeepInMs };
  const retryInMs = row.due_in_ms === null ? null : Math.max(1, Math.ceil(row.due_in_ms));
  return { nothing: { jobs: [], retryInMs, upkeepInMs }, upkeepInMs };
}
