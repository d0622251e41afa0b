import type { JobId } from "../job-id.js";
import type { JsonValue } from "../json.js";
import type { TargetRef } from "../ports/target-repository.js";
import type { EpochMs } from "../time.js";
import type { StoredFailure } from "./failure.js";
import type { FailedStatus } from "./job-status.js";

/** What is true of a job in every status. */
export interface JobBase {
  readonly id: JobId;
  readonly taskType: string;
  readonly target: TargetRef | null;
  /** As it was enqueued; the task's schema parses it when a worker takes the job. */
  readonly payload: JsonValue;
  /** Lower goes first. */
  readonly priority: number;
  /** Unique per task type among live (waiting or running) jobs. */
  readonly dedupeKey: string | null;
  readonly createdAt: EpochMs;
  /** From here on the job does not run any more; a run that has begun may still succeed. */
  readonly deadlineAt: EpochMs | null;

  /** Runs that count, begun since the job was made or last retried: `0 <= attempts <= maxAttempts`. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Runs that did not count, since the job was made or last retried. */
  readonly deferrals: number;
  readonly deferralClock: DeferralClock;
  /** Answers that could not be used, since the job was made or last retried. */
  readonly invalidOutputs: number;

  /**
   * Grows at every change of ownership (claim, commit, release, reclaim, retry) and never comes back: it fences stale
   * workers off, which attempts, given back by deferrals, cannot.
   */
  readonly leaseNo: number;
  /** The lease number that the last retry gave; the attempts and deferrals counted here have a higher one. */
  readonly retriedAtLeaseNo: number;
  readonly lastFailure: StoredFailure | null;
}

/** How long the job has been put off in a row: `spentMs`, and since `runningSinceAt` if it is being counted now. */
export interface DeferralClock {
  readonly spentMs: number;
  readonly runningSinceAt: EpochMs | null;
}

export interface PendingJob extends JobBase {
  readonly status: "pending";
  readonly dueAt: EpochMs;
}

export interface RetryAiJob extends JobBase {
  readonly status: "retry_ai";
  readonly dueAt: EpochMs;
  readonly lastFailure: StoredFailure;
}

export interface RateLimitedJob extends JobBase {
  readonly status: "rate_limited";
  readonly dueAt: EpochMs;
  readonly lastFailure: StoredFailure;
}

export interface ProcessingJob extends JobBase {
  readonly status: "processing";
  /** When it became due; a job that is given back unharmed keeps its place. */
  readonly dueAt: EpochMs;
  readonly lease: Lease;
  readonly cancelRequestedAt: EpochMs | null;
  /** What the job that follows this one is made from, when somebody enqueued its key again with `rerun`. */
  readonly rerun: RerunRequest | null;
}

export interface CompletedJob extends JobBase {
  readonly status: "completed";
  readonly finishedAt: EpochMs;
  readonly result: JsonValue;
}

export interface FailedJob extends JobBase {
  readonly status: Exclude<FailedStatus, "cancelled">;
  readonly finishedAt: EpochMs;
  readonly lastFailure: StoredFailure;
}

export interface CancelledJob extends JobBase {
  readonly status: "cancelled";
  readonly finishedAt: EpochMs;
}

export type WaitingJob = PendingJob | RetryAiJob | RateLimitedJob;
export type LiveJob = WaitingJob | ProcessingJob;
export type FinishedJob = CompletedJob | FailedJob | CancelledJob;
export type Job = LiveJob | FinishedJob;

/** The time-limited right of one worker to run a job. The job's own `leaseNo` is the number of this lease. */
export interface Lease {
  readonly workerId: string;
  /** A number that the worker chose for the claim: a claim lost in a database crash can give a `leaseNo` out twice. */
  readonly claimNonce: number;
  readonly claimedAt: EpochMs;
  /** Passing it voids nothing by itself; being reclaimed does. */
  readonly expiresAt: EpochMs;
}

/** What every write about a running job must name. */
export interface Fence {
  readonly jobId: JobId;
  readonly leaseNo: number;
  readonly claimNonce: number;
}

export interface RerunRequest {
  readonly id: JobId;
  readonly payload: JsonValue;
  readonly priority: number;
  readonly dueAt: EpochMs;
  readonly deadlineAt: EpochMs | null;
  readonly maxAttempts: number;
}

export function fenceOf(job: ProcessingJob): Fence {
  return { jobId: job.id, leaseNo: job.leaseNo, claimNonce: job.lease.claimNonce };
}
