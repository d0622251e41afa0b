import type { JsonValue } from "../json.js";
import type { StoreTime } from "../ports/new-job.js";
import type { TargetRef } from "../ports/target-repository.js";
import type { RunFailure } from "./failure.js";
import type { Replacement } from "./job-event.js";
import type { FailedStatus, JobStatus, WaitingStatus } from "./job-status.js";
import type { DeferredByProvider, RunOutcomeType } from "./run-outcome.js";

/** What an event does to a job. A refusal is an ordinary answer: a stale worker is no bug. */
export type JobDecision =
  | { readonly outcome: "accepted"; readonly next: NextJob; readonly effects: readonly JobEffect[] }
  | { readonly outcome: "rejected"; readonly reason: RejectionReason };

export type RejectionReason =
  /** The event does not apply to a job in this status. */
  | "wrong-status"
  /** The event names a lease that the job is not (any more) under. */
  | "stale-lease"
  /** Retry refused: another live job has the dedupe key. */
  | "key-is-live";

/**
 * What an accepted event makes of a job. Nothing here is an instant, but those that somebody named in a request: durations count from the
 * store's "now" (`addMs` in the memory store, `now() + interval` in Postgres). What is not named stays as it is.
 */
export type NextJob = NextCounters & NextState;

export interface NextCounters {
  readonly attempts: number;
  readonly deferrals: number;
  readonly deferralClock: "kept" | { readonly spentMs: number; readonly runs: boolean };
  readonly invalidOutputs: number;
  readonly leaseNo: number;
  readonly retriedAtLeaseNo: number;
}

export type NextState =
  | NextWaiting
  | {
      readonly status: "processing";
      readonly lease: "kept" | { readonly renewedForMs: number } | NextLease;
      /** What the worker is asked to do, beside what it was asked before. */
      readonly request: null | "cancel" | { readonly rerun: Replacement };
    }
  | { readonly status: "completed"; readonly result: JsonValue }
  | { readonly status: Exclude<FailedStatus, "cancelled">; readonly failure: RunFailure }
  | { readonly status: "cancelled" };

export interface NextWaiting {
  readonly status: WaitingStatus;
  readonly due: "kept" | StoreTime;
  readonly deadline: "kept" | "cleared";
  /** The latest request for the job's key takes the place of its payload, priority, due time and deadline. */
  readonly replacement: Replacement | null;
  readonly failure: "kept" | RunFailure;
}

export interface NextLease {
  readonly workerId: string;
  readonly claimNonce: number;
  readonly leaseMs: number;
}

/** What else belongs into the transaction that writes the decision. */
export type JobEffect =
  | {
      readonly type: "record-attempt";
      readonly leaseNo: number;
      readonly outcome: RunOutcomeType;
      readonly failure: RunFailure | null;
    }
  /** Only written while the job is the newest for its target and task type. */
  | { readonly type: "set-target-status"; readonly target: TargetRef; readonly status: JobStatus }
  | { readonly type: "close-gate"; readonly because: DeferredByProvider }
  | { readonly type: "create-successor"; readonly request: Replacement }
  /** Wake the worker that runs the job, to tell its handler. */
  | { readonly type: "abort-run"; readonly workerId: string };
