import type { Attempt, EpochMs, FinishedJob, Job, LiveJob } from "@sluice/core";

/** The edges of `json_to_recordset`: one key per column, in the order in which the statements declare them. */

/** Of a live job, all that any decision can change. */
export function toLiveRecord(before: Job, after: LiveJob, now: EpochMs) {
  const lease = after.status === "processing" ? after.lease : null;
  return {
    ...countersOf(after),
    id: after.id,
    state: stateOf(after, now),
    status: after.status,
    // A payload may be a megabyte: it is written only when it is another.
    replaces_payload: after.payload !== before.payload,
    payload: after.payload === before.payload ? null : after.payload,
    priority: after.priority,
    deadline_at: after.deadlineAt,
    due_at: after.dueAt,
    worker_id: lease?.workerId ?? null,
    claim_nonce: lease?.claimNonce ?? null,
    claimed_at: lease?.claimedAt ?? null,
    lease_expires_at: lease?.expiresAt ?? null,
    cancel_requested_at: after.status === "processing" ? after.cancelRequestedAt : null,
    rerun: after.status === "processing" ? after.rerun : null,
  };
}

export const liveRecordColumns = `id uuid, state smallint, status text, replaces_payload boolean, payload jsonb, priority integer,
  deadline_at float8, due_at float8, attempts integer, deferrals integer, deferred_ms float8, deferring_since_at float8,
  invalid_outputs integer, lease_no integer, retried_at_lease_no integer, last_failure jsonb, worker_id text,
  claim_nonce bigint, claimed_at float8, lease_expires_at float8, cancel_requested_at float8, rerun jsonb`;

/** Of a job that has ended, and of the run that ended it. */
export function toFinishedRecord(after: FinishedJob, run: Attempt | null) {
  return {
    ...countersOf(after),
    id: after.id,
    status: after.status,
    finished_at: after.finishedAt,
    result: after.status === "completed" ? after.result : null,
    run_lease_no: run?.leaseNo ?? null,
    run_outcome: run?.outcome ?? null,
    run_failure: run?.failure ?? null,
    run_usage: run?.usage ?? null,
  };
}

export const finishedRecordColumns = `id uuid, status text, attempts integer, deferrals integer, deferred_ms float8,
  deferring_since_at float8, invalid_outputs integer, lease_no integer, retried_at_lease_no integer, last_failure jsonb,
  finished_at float8, result jsonb, run_lease_no integer, run_outcome text, run_failure jsonb, run_usage jsonb`;

/** Where the claim, the promoter and the reclaimer find the row: 0 ready, 1 due later, 2 leased. */
function stateOf(job: LiveJob, now: EpochMs): 0 | 1 | 2 {
  if (job.status === "processing") return 2;
  return job.dueAt <= now ? 0 : 1;
}

function countersOf(job: Job) {
  return {
    attempts: job.attempts,
    deferrals: job.deferrals,
    deferred_ms: job.deferralClock.spentMs,
    deferring_since_at: job.deferralClock.runningSinceAt,
    invalid_outputs: job.invalidOutputs,
    lease_no: job.leaseNo,
    retried_at_lease_no: job.retriedAtLeaseNo,
    last_failure: job.lastFailure,
  };
}
