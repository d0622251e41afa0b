import {
  type DeferralClock,
  type EpochMs,
  type FinishedJob,
  type Job,
  type JobBase,
  type JobId,
  type JobStatus,
  type JsonValue,
  type RerunRequest,
  type StoredFailure,
  toEpochMs,
} from "@sluice/core";

/** A job as `jobColumns` answers it: instants in ms, jsonb as text, because an app may have changed its driver's parsers. */
export interface JobRow {
  readonly id: JobId;
  readonly task_type: string;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly payload: string;
  readonly priority: number;
  readonly dedupe_key: string | null;
  readonly created_at: number;
  readonly deadline_at: number | null;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly deferrals: number;
  readonly deferred_ms: number;
  readonly deferring_since_at: number | null;
  readonly invalid_outputs: number;
  readonly lease_no: number;
  readonly retried_at_lease_no: number;
  readonly last_failure: string | null;
  readonly due_at: number | null;
  readonly worker_id: string | null;
  readonly claim_nonce: number | null;
  readonly claimed_at: number | null;
  readonly lease_expires_at: number | null;
  readonly cancel_requested_at: number | null;
  readonly rerun: string | null;
  readonly finished_at: number | null;
  readonly result: string | null;
}

const common = `j.id, j.task_type, j.target_type, j.target_id, j.payload::text as payload, j.priority, j.dedupe_key,
  sluice.to_ms(j.created_at) as created_at, sluice.to_ms(j.deadline_at) as deadline_at, j.status,
  j.attempts, j.max_attempts, j.deferrals, j.deferred_ms, sluice.to_ms(j.deferring_since_at) as deferring_since_at,
  j.invalid_outputs, j.lease_no, j.retried_at_lease_no, j.last_failure::text as last_failure`;

const live = `sluice.to_ms(j.due_at) as due_at, j.worker_id, j.claim_nonce::float8 as claim_nonce,
  sluice.to_ms(j.claimed_at) as claimed_at, sluice.to_ms(j.lease_expires_at) as lease_expires_at,
  sluice.to_ms(j.cancel_requested_at) as cancel_requested_at, j.rerun::text as rerun`;

/** Of `jobs j`. */
export const liveJobColumns = `${common}, ${live}, null::float8 as finished_at, null::text as result`;
/** Of `finished_jobs j`. */
export const finishedJobColumns = `${common}, null::float8 as due_at, null::text as worker_id, null::float8 as claim_nonce,
  null::float8 as claimed_at, null::float8 as lease_expires_at, null::float8 as cancel_requested_at, null::text as rerun,
  sluice.to_ms(j.finished_at) as finished_at, j.result::text as result`;
/** Of the view `all_jobs j`. */
export const anyJobColumns = `${common}, ${live}, sluice.to_ms(j.finished_at) as finished_at, j.result::text as result`;

/** The edge where a row becomes a job. Throws on a row that is none, by which statement it was read is in the stack. */
export function toJob(row: JobRow): Job {
  const base = toBase(row);
  const { status } = row;
  switch (status) {
    case "pending":
      return { ...base, status, dueAt: instant(row, "due_at") };
    case "retry_ai":
    case "rate_limited":
      return { ...base, status, dueAt: instant(row, "due_at"), lastFailure: failureOf(row) };
    case "processing":
      return {
        ...base,
        status,
        dueAt: instant(row, "due_at"),
        lease: {
          workerId: given(row, "worker_id"),
          claimNonce: given(row, "claim_nonce"),
          claimedAt: instant(row, "claimed_at"),
          expiresAt: instant(row, "lease_expires_at"),
        },
        cancelRequestedAt: optionalInstant(row.cancel_requested_at),
        rerun: row.rerun === null ? null : (JSON.parse(row.rerun) as RerunRequest),
      };
    default:
      return toFinishedJob(base, row, status);
  }
}

function toFinishedJob(base: JobBase, row: JobRow, status: FinishedJob["status"]): FinishedJob {
  const finishedAt = instant(row, "finished_at");
  if (status === "cancelled") return { ...base, status, finishedAt };
  if (status === "completed")
    return { ...base, status, finishedAt, result: JSON.parse(given(row, "result")) as JsonValue };
  return { ...base, status, finishedAt, lastFailure: failureOf(row) };
}

function toBase(row: JobRow): JobBase {
  const { target_type: type, target_id: id } = row;
  const deferralClock: DeferralClock = {
    spentMs: row.deferred_ms,
    runningSinceAt: optionalInstant(row.deferring_since_at),
  };
  return {
    id: row.id,
    taskType: row.task_type,
    target: type === null || id === null ? null : { type, id },
    payload: JSON.parse(row.payload) as JsonValue,
    priority: row.priority,
    dedupeKey: row.dedupe_key,
    createdAt: instant(row, "created_at"),
    deadlineAt: optionalInstant(row.deadline_at),
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    deferrals: row.deferrals,
    deferralClock,
    invalidOutputs: row.invalid_outputs,
    leaseNo: row.lease_no,
    retriedAtLeaseNo: row.retried_at_lease_no,
    lastFailure: row.last_failure === null ? null : (JSON.parse(row.last_failure) as StoredFailure),
  };
}

function failureOf(row: JobRow): StoredFailure {
  return JSON.parse(given(row, "last_failure")) as StoredFailure;
}

function instant(row: JobRow, column: keyof JobRow): EpochMs {
  return toEpochMs(Number(given(row, column)));
}

function optionalInstant(value: number | null): EpochMs | null {
  return value === null ? null : toEpochMs(value);
}

function given<Column extends keyof JobRow>(row: JobRow, column: Column): NonNullable<JobRow[Column]> {
  const value = row[column];
  if (value === null) throw new TypeError(`job ${row.id} is ${row.status}, but its ${column} is null`);
  return value;
}
