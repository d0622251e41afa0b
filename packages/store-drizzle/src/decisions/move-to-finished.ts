import { finishedRecordColumns } from "../rows/job-record.js";
import { statement } from "../sql/statement.js";

// Locks nothing more: the caller holds the rows. Primary key. One statement moves a job, so that it is never in both tables or in
// none; a second time it finds nothing to move.
export const moveToFinished = statement(
  "move_to_finished",
  `with r as materialized (select * from json_to_recordset($1::text::json) as r(${finishedRecordColumns})),
   gone as (delete from sluice.jobs j where j.id = any (array(select id from r)) returning j.*)
   insert into sluice.finished_jobs (
     id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at,
     status, attempts, max_attempts, deferrals, deferred_ms, deferring_since_at, invalid_outputs, lease_no,
     retried_at_lease_no, last_failure, finished_at, result,
     run_lease_no, run_outcome, run_failure, run_usage, run_claim_nonce, worker_id, claimed_at)
   select j.id, j.task_type, j.target_type, j.target_id, j.payload, j.priority, j.dedupe_key, j.created_at, j.deadline_at,
     r.status, r.attempts, j.max_attempts, r.deferrals, r.deferred_ms, sluice.from_ms(r.deferring_since_at),
     r.invalid_outputs, r.lease_no, r.retried_at_lease_no, r.last_failure, sluice.from_ms(r.finished_at),
     case when r.status = 'completed' then coalesce(r.result, 'null') end,
     r.run_lease_no, r.run_outcome, r.run_failure, r.run_usage, j.claim_nonce, j.worker_id, j.claimed_at
   from gone j join r on r.id = j.id`,
);
