import type { EndedRun, JobId } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

/**
 * What core makes of plain successes, many at a time. Locks the jobs in the order of their ids, waiting for whoever holds one, then
 * their targets' rows in the order of their keys. Primary keys, job by job: that is what the array of one is for, see `statement`; no
 * condition on the state, which would tempt the planner to read the whole index of leases. Leaves out, for the general way, what is fenced off, is to run again, or passed a gate that wants to hear of it. Sent
 * again it finds nothing to move.
 */
const settle = statement<{ id: JobId }>(
  "settle_successes",
  `with clock as materialized (select sluice.now() as now),
   u as materialized (
     select * from unnest((select $1::text::uuid[]), (select $2::text::integer[]), (select $3::text::bigint[]),
       (select $4::text::jsonb[]), (select $5::text::jsonb[])) as u (id, lease_no, claim_nonce, result, usage)),
   gone as (
     delete from sluice.jobs j using u
     where j.id = any (array[u.id]) and j.lease_no = u.lease_no and j.claim_nonce = u.claim_nonce and j.rerun is null
       and j.task_type <> all (array(
         select tg.task_type from sluice.gates g join sluice.task_gates tg on tg.gate_key = g.key where g.needs_permits
         union all select substr(g.key, 6) from sluice.gates g where g.needs_permits and g.key like 'task:%'))
     returning j.*, u.result, u.usage),
   moved as (
     insert into sluice.finished_jobs (
       id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at, status,
       attempts, max_attempts, deferrals, deferred_ms, deferring_since_at, invalid_outputs, lease_no, retried_at_lease_no,
       last_failure, finished_at, result, run_lease_no, run_claim_nonce, run_outcome, run_usage, worker_id, claimed_at)
     select id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at, 'completed',
       attempts, max_attempts, deferrals, 0, null, invalid_outputs, lease_no + 1, retried_at_lease_no,
       last_failure, (select now from clock), coalesce(result, 'null'), lease_no, claim_nonce, 'succeeded', usage, worker_id, claimed_at
     from gone),
   shown as (
     insert into sluice.target_statuses as t (target_type, target_id, task_type, job_id, job_created_at, status, changed_at)
     select s.*, 'completed', (select now from clock) from gone j cross join lateral (
       select target_type, target_id, task_type, job_id, job_created_at from sluice.target_statuses
       where target_type = j.target_type and target_id = j.target_id and task_type = j.task_type and job_id = j.id limit 1) s
     order by s.target_type, s.target_id, s.task_type
     on conflict (target_type, target_id, task_type) do update set status = excluded.status, changed_at = excluded.changed_at
       where t.job_id = excluded.job_id)
   select id from gone`,
);

/** A success without a `save` and without news for a gate: what this statement is for. */
export type PlainSuccess = EndedRun<never> & { readonly outcome: { readonly type: "succeeded" } };

/** Answers the ids of the jobs that are completed now. */
export async function settleSuccesses(
  session: Session,
  runs: readonly PlainSuccess[],
): Promise<ReadonlySet<JobId>> {
  const sorted = runs.toSorted((one, other) => (one.job.id < other.job.id ? -1 : 1));
  const rows = await session.run(
    settle,
    arrayLiteral(sorted.map(({ job }) => job.id)),
    arrayLiteral(sorted.map(({ job }) => job.leaseNo)),
    arrayLiteral(sorted.map(({ job }) => job.lease.claimNonce)),
    jsonbArray(sorted.map(({ outcome }) => outcome.result)),
    jsonbArray(sorted.map(({ usage }) => usage)),
  );
  return new Set(rows.map(({ id }) => id));
}

/** What is `null` need not be sent. */
function jsonbArray(values: readonly unknown[]): string {
  if (values.every((value) => value === null)) return "{}";
  return arrayLiteral(values.map((value) => (value === null ? null : JSON.stringify(value))));
}
