import {
  addMs,
  type ClaimRequest,
  type DeferralClock,
  type EpochMs,
  type FinishedJob,
  type Job,
  type JobBase,
  type JobId,
  type JobStatus,
  type JsonValue,
  type ProcessingJob,
  type RerunRequest,
  type StoredFailure,
} from "@sluice/core";
import { type InstantColumn, toInstant, toOptionalInstant } from "./instant.js";

type InstantName = "due_at" | "claimed_at" | "lease_expires_at" | "finished_at";

/** A job as `jobColumns` answers it: instants in ms, jsonb as text, because an app may have changed its driver's parsers. */
export interface JobRow {
  readonly id: JobId;
  readonly task_type: string;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly payload: string;
  readonly priority: number;
  readonly dedupe_key: string | null;
  readonly created_at: InstantColumn;
  readonly deadline_at: InstantColumn | null;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly deferrals: number;
  readonly deferred_ms: number;
  readonly deferring_since_at: InstantColumn | null;
  readonly invalid_outputs: number;
  readonly lease_no: number;
  readonly retried_at_lease_no: number;
  readonly last_failure: string | null;
  readonly due_at: InstantColumn | null;
  readonly worker_id: string | null;
  readonly claim_nonce: number | null;
  readonly claimed_at: InstantColumn | null;
  readonly lease_expires_at: InstantColumn | null;
  readonly cancel_requested_at: InstantColumn | null;
  readonly rerun: string | null;
  readonly finished_at: InstantColumn | null;
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
export const liveJobColumns = `${common}, ${live}, null::bigint as finished_at, null::text as result`;
/** Of `finished_jobs j`. */
export const finishedJobColumns = `${common}, null::bigint as due_at, null::text as worker_id, null::float8 as claim_nonce,
  null::bigint as claimed_at, null::bigint as lease_expires_at, null::bigint as cancel_requested_at, null::text as rerun,
  sluice.to_ms(j.finished_at) as finished_at, j.result::text as result`;
/** Of the view `all_jobs j`. */
export const anyJobColumns = `${common}, ${live}, sluice.to_ms(j.finished_at) as finished_at, j.result::text as result`;

type CommonRow = Omit<JobRow, LiveColumn | RareColumn | "status">;
type RareRow = Pick<JobRow, RareColumn>;
type LiveColumn =
  | "due_at"
  | "worker_id"
  | "claim_nonce"
  | "claimed_at"
  | "lease_expires_at"
  | "cancel_requested_at"
  | "rerun"
  | "finished_at"
  | "result";
type RareColumn =
  | "target_type"
  | "target_id"
  | "dedupe_key"
  | "deadline_at"
  | "deferrals"
  | "deferred_ms"
  | "deferring_since_at"
  | "invalid_outputs"
  | "retried_at_lease_no"
  | "last_failure";

/** A job that was claimed right now: what the claim itself has said need not come back with each row. */
export interface ClaimedRow extends CommonRow {
  readonly due_at: InstantColumn;
  readonly claimed_at: InstantColumn;
  /** A `RareRow` as JSON. */
  readonly rare: string | null;
}

/** Of `jobs j`. Most jobs have nothing of what few have: left out together, jobs that do nothing run a tenth faster (means of sixteen drains of 100,000). */
export const claimedJobColumns = `j.id, j.task_type, j.payload::text as payload, j.priority, sluice.to_ms(j.created_at) as created_at,
  j.attempts, j.max_attempts, j.lease_no, sluice.to_ms(j.due_at) as due_at, sluice.to_ms(j.claimed_at) as claimed_at,
  case when j.target_type is null and j.dedupe_key is null and j.deadline_at is null and j.last_failure is null
      and j.deferrals = 0 and j.deferred_ms = 0 and j.deferring_since_at is null and j.invalid_outputs = 0 and j.retried_at_lease_no = 0
    then null else json_build_object('target_type', j.target_type, 'target_id', j.target_id, 'dedupe_key', j.dedupe_key,
      'deadline_at', sluice.to_ms(j.deadline_at), 'deferrals', j.deferrals, 'deferred_ms', j.deferred_ms,
      'deferring_since_at', sluice.to_ms(j.deferring_since_at), 'invalid_outputs', j.invalid_outputs,
      'retried_at_lease_no', j.retried_at_lease_no, 'last_failure', j.last_failure::text)::text end as rare`;

const nothingRare: RareRow = {
  target_type: null,
  target_id: null,
  dedupe_key: null,
  deadline_at: null,
  deferrals: 0,
  deferred_ms: 0,
  deferring_since_at: null,
  invalid_outputs: 0,
  retried_at_lease_no: 0,
  last_failure: null,
};

export function toClaimedJob(
  row: ClaimedRow,
  { workerId, claimNonce, leaseMs }: ClaimRequest,
): ProcessingJob {
  const claimedAt = toInstant(row.claimed_at);
  return {
    ...toBase(row, row.rare === null ? nothingRare : (JSON.parse(row.rare) as RareRow)),
    status: "processing",
    dueAt: toInstant(row.due_at),
    lease: { workerId, claimNonce, claimedAt, expiresAt: addMs(claimedAt, leaseMs) },
    cancelRequestedAt: null,
    rerun: null,
  };
}

/** The edge where a row becomes a job. Throws on a row that is none, by which statement it was read is in the stack. */
export function toJob(row: JobRow): Job {
  const base = toBase(row, row);
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
        cancelRequestedAt: toOptionalInstant(row.cancel_requested_at),
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

function toBase(row: CommonRow, rare: RareRow): JobBase {
  const { target_type: type, target_id: id } = rare;
  const deferralClock: DeferralClock = {
    spentMs: rare.deferred_ms,
    runningSinceAt: toOptionalInstant(rare.deferring_since_at),
  };
  return {
    id: row.id,
    taskType: row.task_type,
    target: type === null || id === null ? null : { type, id },
    payload: JSON.parse(row.payload) as JsonValue,
    priority: row.priority,
    dedupeKey: rare.dedupe_key,
    createdAt: toInstant(row.created_at),
    deadlineAt: toOptionalInstant(rare.deadline_at),
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    deferrals: rare.deferrals,
    deferralClock,
    invalidOutputs: rare.invalid_outputs,
    leaseNo: row.lease_no,
    retriedAtLeaseNo: rare.retried_at_lease_no,
    lastFailure: rare.last_failure === null ? null : (JSON.parse(rare.last_failure) as StoredFailure),
  };
}

function failureOf(row: JobRow): StoredFailure {
  return JSON.parse(given(row, "last_failure")) as StoredFailure;
}

function instant(row: JobRow, column: InstantName): EpochMs {
  return toInstant(given(row, column));
}

function given<Column extends keyof JobRow>(row: JobRow, column: Column): NonNullable<JobRow[Column]> {
  const value = row[column];
  if (value === null) throw new TypeError(`job ${row.id} is ${row.status}, but its ${column} is null`);
  return value;
}
