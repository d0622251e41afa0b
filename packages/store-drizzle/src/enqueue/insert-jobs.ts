import type { JobId, NewJob } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { durationOf, firstState, fixedTime, instantOf } from "./store-time.js";

/**
 * What `newJob` of core makes of requests, as rows. Inserts in key order, so that two batches with the same keys do not wait
 * for each other in a circle; waits for whoever is making or ending a job with one of the keys. Unique index on live keys. A request
 * whose key is live makes nothing, so the same again is harmless; the same id fails.
 */
const makeJobs = `with clock as materialized (select sluice.now() as now),
   asked as materialized (
     select a.*, c.now, ${fixedTime("a.due_at_ms", "a.due_in_ms", "c.now")} as due_at,
       ${fixedTime("a.deadline_at_ms", "a.deadline_in_ms", "c.now")} as deadline_at
     from unnest($1::text::uuid[], $2::text::text[], $3::text::text[], $4::text::text[], $5::text::jsonb[], $6::text::integer[],
       $7::text::integer[], $8::text::text[], $9::text::float8[], $10::text::float8[], $11::text::float8[], $12::text::float8[])
       with ordinality as a (id, task_type, target_type, target_id, payload, priority, max_attempts, dedupe_key,
         due_in_ms, due_at_ms, deadline_in_ms, deadline_at_ms, place)
     cross join clock c),
   made as (
     insert into sluice.jobs (id, task_type, target_type, target_id, payload, priority, max_attempts, dedupe_key,
       created_at, due_at, deadline_at, state, status)
     select id, task_type, target_type, target_id, payload, priority, max_attempts, dedupe_key,
       now, due_at, deadline_at, ${firstState("due_at", "now")}, 'pending'
     from asked order by task_type, dedupe_key, place
     on conflict (task_type, dedupe_key) where dedupe_key is not null do nothing
     returning id)`;

const insert = statement<{ id: JobId }>("insert_jobs", `${makeJobs} select id from made`);

// The same, and the targets show it: locks their rows afterwards, in key order. Of its own, since a single insert takes a quarter longer.
const insertForTargets = statement<{ id: JobId }>(
  "insert_jobs_for_targets",
  `${makeJobs}, shown as (
     insert into sluice.target_statuses as t (target_type, target_id, task_type, job_id, job_created_at, status, changed_at)
     select distinct on (target_type, target_id, task_type) target_type, target_id, task_type, id, now, 'pending', now
     from made join asked using (id) where target_type is not null
     order by target_type, target_id, task_type, place desc
     on conflict (target_type, target_id, task_type) do update
       set job_id = excluded.job_id, job_created_at = excluded.job_created_at, status = 'pending', changed_at = excluded.changed_at
       where excluded.job_created_at >= t.job_created_at)
   select id from made`,
);

/** Answers the ids of those that were made. */
export async function insertJobs(session: Session, requests: readonly NewJob[]): Promise<ReadonlySet<JobId>> {
  const column = (of: (request: NewJob) => string | number | null): string => arrayLiteral(requests.map(of));
  const rows = await session.run(
    requests.some(({ target }) => target !== null) ? insertForTargets : insert,
    column(({ id }) => id),
    column(({ taskType }) => taskType),
    column(({ target }) => target?.type ?? null),
    column(({ target }) => target?.id ?? null),
    column(({ payload }) => JSON.stringify(payload)),
    column(({ priority }) => priority),
    column(({ maxAttempts }) => maxAttempts),
    column(({ dedupe }) => dedupe?.key ?? null),
    column(({ due }) => durationOf(due)),
    column(({ due }) => instantOf(due)),
    column(({ deadline }) => durationOf(deadline)),
    column(({ deadline }) => instantOf(deadline)),
  );
  return new Set(rows.map(({ id }) => id));
}
