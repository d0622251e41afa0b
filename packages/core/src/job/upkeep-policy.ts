/** What `maintain` ends and deletes, and when. */
export interface UpkeepPolicy extends RetentionPolicy {
  /** How long no live worker may have handled the task type of a waiting job before the job fails. */
  readonly unroutableAfterMs: number;
  /** How long a worker that has died without a farewell is remembered after its last sign of life. */
  readonly keepSilentWorkersMs: number;
}

/** Which finished jobs are kept, with their ledgers: those that are neither too old nor too many. */
export interface RetentionPolicy {
  /** How long completed jobs are kept. */
  readonly keepCompletedMs: number;
  /** How many completed jobs are kept, the newest; `null`: any number. */
  readonly keepCompletedCount: number | null;
  /** How long jobs are kept that ended in any other way. */
  readonly keepFailedMs: number;
  /** How many of those are kept, the newest; `null`: any number. */
  readonly keepFailedCount: number | null;
}

const dayMs = 24 * 3_600_000;

export const defaultUpkeepPolicy: UpkeepPolicy = {
  unroutableAfterMs: dayMs,
  keepCompletedMs: 7 * dayMs,
  keepCompletedCount: 1_000_000,
  keepFailedMs: 30 * dayMs,
  keepFailedCount: 1_000_000,
  keepSilentWorkersMs: dayMs,
};
