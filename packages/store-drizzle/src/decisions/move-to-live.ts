import { liveRecordColumns } from "../rows/job-record.js";
import { statement } from "../sql/statement.js";

// For a retry. Locks nothing more: the caller holds the row. Primary key. The unique index on live keys has the last word:
// the insert fails (23505) when the job's key is live again. The ledger entry in the finished row gets a row of its own.
// A second time it finds nothing to move.
export const moveToLive = statement(
  "move_to_live",
  `with r as materialized (select * from json_to_recordset($1::text::json) as r(${liveRecordColumns})),
   gone as (delete from sluice.finished_jobs j where j.id = any (array(select id from r)) returning j.*),
   kept as (
     insert into sluice.attempts (job_id, lease_no, claim_nonce, outcome, status_after, worker_id, claimed_at, ended_at, failure, usage)
     select id, run_lease_no, run_claim_nonce, run_outcome, status, worker_id, claimed_at, finished_at, run_failure, run_usage
     from gone where run_outcome is not null)
   insert into sluice.jobs (
     id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at, state, status, due_at,
     attempts, max_attempts, deferrals, deferred_ms, deferring_since_at, invalid_outputs, lease_no, retried_at_lease_no,
     last_failure)
   select j.id, j.task_type, j.target_type, j.target_id, j.payload, j.priority, j.dedupe_key, j.created_at,
     sluice.from_ms(r.deadline_at), r.state, r.status, sluice.from_ms(r.due_at), r.attempts, j.max_attempts, r.deferrals,
     r.deferred_ms, sluice.from_ms(r.deferring_since_at), r.invalid_outputs, r.lease_no, r.retried_at_lease_no,
     r.last_failure
   from gone j join r on r.id = j.id`,
);
