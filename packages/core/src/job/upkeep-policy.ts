import type { EpochMs } from "../time.js";
import type { FinishedJob } from "./job.js";

/** What `maintain` ends and deletes, and when. */
export interface UpkeepPolicy {
  /** How long no live worker may have handled the task type of a waiting job before the job fails. */
  readonly unroutableAfterMs: number;
  /** How long completed jobs are kept. */
  readonly keepCompletedMs: number;
  /** How long jobs are kept that ended in any other way. */
  readonly keepFailedMs: number;
  /** How long a worker that has died without a farewell is remembered after its last sign of life. */
  readonly keepSilentWorkersMs: number;
}

const dayMs = 24 * 3_600_000;

export const defaultUpkeepPolicy: UpkeepPolicy = {
  unroutableAfterMs: dayMs,
  keepCompletedMs: 7 * dayMs,
  keepFailedMs: 30 * dayMs,
  keepSilentWorkersMs: dayMs,
};

/** Whether retention lets go of a job, with its ledger. */
export function isPastRetention(
  job: FinishedJob,
  now: EpochMs,
  { keepCompletedMs, keepFailedMs }: UpkeepPolicy,
): boolean {
  return now - job.finishedAt >= (job.status === "completed" ? keepCompletedMs : keepFailedMs);
}
