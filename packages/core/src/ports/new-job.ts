import type { JobId } from "../job-id.js";
import type { JsonValue } from "../json.js";
import type { EpochMs } from "../time.js";
import type { TargetRef } from "./target-repository.js";

/** A time that the store is to fix: so long after its "now", or an instant that somebody named. */
export type StoreTime = { readonly inMs: number } | { readonly at: EpochMs };

/**
 * What happens when a live job of the task type has the key already. `keep`: nothing. `replace`: a waiting job gets the new
 * payload, priority, due time and deadline. `rerun`: so does a waiting one; behind a running one a new job is made when it
 * ends, however it ends, unless it is cancelled after the request. `replace` on a running job does what `rerun` does.
 */
export type DedupeMode = "keep" | "replace" | "rerun";

/** A job to be made. Checked and complete: stores do not fill gaps. */
export interface NewJob {
  readonly id: JobId;
  readonly taskType: string;
  readonly target: TargetRef | null;
  readonly payload: JsonValue;
  readonly priority: number;
  readonly due: StoreTime;
  readonly deadline: StoreTime | null;
  readonly maxAttempts: number;
  readonly dedupe: { readonly key: string; readonly mode: DedupeMode } | null;
}

/** `id`: of the live job that stands for the request. For `rerun` that is the running one. */
export interface EnqueueAnswer {
  readonly id: JobId;
  readonly outcome: EnqueueOutcome;
}

export type EnqueueOutcome = "created" | "kept" | "replaced" | "rerun";
