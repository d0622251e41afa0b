import type { Attempt, Job } from "@sluice/core";
import { statement } from "../sql/statement.js";

// Locks nothing. The primary key (job, lease) refuses a second entry for one run: the fence has made sure that there is none.
export const recordAttempts = statement(
  "record_attempts",
  `insert into sluice.attempts (job_id, lease_no, claim_nonce, outcome, status_after, worker_id, claimed_at, ended_at, failure, usage)
   select job_id, lease_no, claim_nonce, outcome, status_after, worker_id, sluice.from_ms(claimed_at), sluice.from_ms(ended_at),
     failure, usage
   from json_to_recordset($1::text::json) as r(job_id uuid, lease_no integer, claim_nonce bigint, outcome text,
     status_after text, worker_id text, claimed_at float8, ended_at float8, failure jsonb, usage jsonb)`,
);

export function toAttemptRecord(attempt: Attempt, claimNonce: number, after: Job) {
  return {
    job_id: attempt.jobId,
    lease_no: attempt.leaseNo,
    claim_nonce: claimNonce,
    outcome: attempt.outcome,
    status_after: after.status,
    worker_id: attempt.workerId,
    claimed_at: attempt.claimedAt,
    ended_at: attempt.endedAt,
    failure: attempt.failure,
    usage: attempt.usage,
  };
}
