import { liveRecordColumns } from "../rows/job-record.js";
import { statement } from "../sql/statement.js";

// Locks nothing more: the caller holds the rows (`lock-jobs.ts`). Primary key. Writes what was decided, so the same again changes nothing.
export const writeLiveJobs = statement(
  "write_live_jobs",
  `with r as materialized (select * from json_to_recordset($1::text::json) as r(${liveRecordColumns}))
   update sluice.jobs j set
     state = r.state, status = r.status, priority = r.priority,
     payload = case when r.replaces_payload then coalesce(r.payload, 'null') else j.payload end,
     deadline_at = sluice.from_ms(r.deadline_at), due_at = sluice.from_ms(r.due_at),
     attempts = r.attempts, deferrals = r.deferrals, deferred_ms = r.deferred_ms,
     deferring_since_at = sluice.from_ms(r.deferring_since_at), invalid_outputs = r.invalid_outputs,
     lease_no = r.lease_no, retried_at_lease_no = r.retried_at_lease_no, last_failure = r.last_failure,
     worker_id = r.worker_id, claim_nonce = r.claim_nonce, claimed_at = sluice.from_ms(r.claimed_at),
     lease_expires_at = sluice.from_ms(r.lease_expires_at),
     cancel_requested_at = sluice.from_ms(r.cancel_requested_at), rerun = r.rerun
   from r where j.id = any (array(select id from r)) and j.id = r.id`,
);
