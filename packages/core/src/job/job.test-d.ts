import { assertNever } from "../assert-never.js";
import type { JobId } from "../job-id.js";
import { type EpochMs, toEpochMs } from "../time.js";
import type { StoredFailure } from "./failure.js";
import type { CompletedJob, Fence, Job, JobBase, Lease } from "./job.js";
import type { JobDecision, NextJob } from "./job-decision.js";
import type { JobEvent } from "./job-event.js";
import type { JobStatus, TerminalStatus, WaitingStatus } from "./job-status.js";
import type { RunOutcome } from "./run-outcome.js";
import type { transitionTable } from "./transition-table.js";

declare const base: JobBase;
declare const now: EpochMs;
declare const lease: Lease;
declare const lastFailure: StoredFailure;

// Each status with what belongs to it, and nothing less.

export const pending: Job = { ...base, status: "pending", dueAt: now };
// @ts-expect-error a waiting job has a due time
export const pendingForEver: Job = { ...base, status: "pending" };

export const retrying: Job = { ...base, status: "retry_ai", dueAt: now, lastFailure };
// @ts-expect-error a job that runs again has failed before
export const retryingWithoutReason: Job = { ...base, status: "retry_ai", dueAt: now, lastFailure: null };
// @ts-expect-error a job that was put off knows why
export const putOffWithoutReason: Job = { ...base, status: "rate_limited", dueAt: now, lastFailure: null };

const run = { dueAt: now, lease, cancelRequestedAt: null, rerun: null };
export const processing: Job = { ...base, ...run, status: "processing" };
// @ts-expect-error a running job is held under a lease
export const heldByNobody: Job = { ...base, ...run, status: "processing", lease: null };

export const completed: Job = { ...base, status: "completed", finishedAt: now, result: null };
// @ts-expect-error a completed job has a result, null if there is nothing to say
export const completedWithoutResult: Job = { ...base, status: "completed", finishedAt: now };
// @ts-expect-error a result is JSON
export const withDate: Job = { ...base, status: "completed", finishedAt: now, result: new Map() };
// @ts-expect-error a finished job has ended at some time
export const neverEnded: Job = { ...base, status: "cancelled" };
// @ts-expect-error a failed job knows why
export const failedWithoutReason: Job = { ...base, status: "failed_ai", finishedAt: now, lastFailure: null };
// @ts-expect-error there is no such status
export const paused: Job = { ...base, status: "paused", dueAt: now };

export function resultOf(job: Job): unknown {
  // @ts-expect-error only a completed job has a result
  if (job.status === "failed_ai") return job.result;
  return job.status === "completed" ? job.result : undefined;
}

// What the rules say is no more and no less than that.

// @ts-expect-error completing needs a result
export const nextWithoutResult: NextJob = { ...base, deferralClock: "kept", status: "completed" };
const nextCounters = { ...base, deferralClock: "kept", status: "processing", request: null } as const;
export const nextLease: NextJob = {
  ...nextCounters,
  lease: { workerId: "w", claimNonce: 1, leaseMs: 15_000 },
};
// @ts-expect-error durations, not instants: the store adds them to its own clock
export const nextLeaseUntil: NextJob = { ...nextCounters, lease };

export function nextOf(decision: JobDecision): NextJob | null {
  // @ts-expect-error a refusal leads nowhere
  if (decision.outcome === "rejected") return decision.next;
  return decision.next;
}

// Switches over the unions are exhaustive: a new case must be thought of everywhere.

export function nameOf(job: Job): string {
  switch (job.status) {
    case "pending":
    case "retry_ai":
    case "rate_limited":
      return "waiting";
    case "processing":
      return job.lease.workerId;
    case "completed":
    case "failed_ai":
    case "failed_payload_parsing":
    case "failed_job_logic":
      return "ended";
    default:
      // @ts-expect-error cancelled is missing
      return assertNever(job);
  }
}

export function wordFor(outcome: RunOutcome): string {
  switch (outcome.type) {
    case "succeeded":
    case "released":
      return "fine";
    default:
      // @ts-expect-error thirteen outcomes are missing
      return assertNever(outcome);
  }
}

declare const event: JobEvent;
export const whoRenewed = event.type === "lease-renewed" ? event.claimNonce : null;
// @ts-expect-error an event without a lease names none
export const leaseOfCancel = event.type === "cancel-requested" ? event.leaseNo : null;

export const kinds: Record<JobStatus, "waiting" | "active" | "terminal"> = {
  ...({} as Record<WaitingStatus, "waiting">),
  ...({} as Record<TerminalStatus, "terminal">),
  processing: "active",
};

export function change(job: Job, table: typeof transitionTable): void {
  // @ts-expect-error jobs are not changed, they are replaced
  job.attempts = 1;
  // @ts-expect-error the table is read, not changed
  table.completed = {};
}

// Brands: text is no id, and a number is no instant, without being checked.

declare const completedJob: CompletedJob;
// @ts-expect-error any text is no job id
export const textAsId: JobId = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
export const idAsText: string = completedJob.id;
// @ts-expect-error any number is no instant
export const numberAsInstant: EpochMs = 1_800_000_000_000;
// @ts-expect-error an instant and a duration make a number; addMs makes an instant
export const later: EpochMs = toEpochMs(0) + 5;
// @ts-expect-error a fence names the claim's nonce, too
export const halfFence: Fence = { jobId: completedJob.id, leaseNo: 1 };
