import type { JobId } from "../job-id.js";
import type { JsonValue } from "../json.js";
import type { StoreTime } from "../ports/new-job.js";
import type { RunFailure } from "./failure.js";
import type { RunOutcome } from "./run-outcome.js";

/** The run of a job is over. `elapsedMs` since its claim is measured by the worker; `jitter` is uniform in [0, 1). */
export interface RunEnded {
  readonly type: "run-ended";
  readonly leaseNo: number;
  readonly claimNonce: number;
  readonly outcome: RunOutcome;
  readonly elapsedMs: number;
  readonly jitter: number;
}

/** What a live job with the same key is asked to become. */
export interface Replacement {
  /** Of the job that would be made from it. */
  readonly id: JobId;
  readonly payload: JsonValue;
  readonly priority: number;
  readonly due: StoreTime;
  readonly deadline: StoreTime | null;
  readonly maxAttempts: number;
}

/** Facts about a job. They carry what is not a function of the job; durations count from the store's "now". */
export type JobEvent =
  | {
      readonly type: "claimed";
      readonly workerId: string;
      readonly claimNonce: number;
      readonly leaseMs: number;
    }
  | {
      readonly type: "lease-renewed";
      readonly leaseNo: number;
      readonly claimNonce: number;
      readonly leaseMs: number;
    }
  | RunEnded
  /** Another worker saw the lease expired, and takes the job back. `elapsedMs` counts from the claim. */
  | { readonly type: "lease-expired"; readonly leaseNo: number; readonly elapsedMs: number }
  | { readonly type: "cancel-requested" }
  /** By an operator. `keyIsLive`: another live job has the job's dedupe key by now. */
  | { readonly type: "retry-requested"; readonly keyIsLive: boolean }
  | { readonly type: "replaced"; readonly replacement: Replacement }
  | { readonly type: "deadline-passed" }
  /** No live worker has handled the job's task type for too long. */
  | { readonly type: "found-unroutable"; readonly failure: RunFailure };

export type JobEventType = JobEvent["type"];
