import { type EpochMs, FOREVER, toEpochMs } from "../time.js";
import type { FinishedJob } from "./job.js";
import type { RetentionPolicy } from "./upkeep-policy.js";

/** The two kinds of finished jobs that are kept apart: what completed, and every other end. */
export type FinishedKind = "completed" | "failed";

/** What is kept of one kind. */
export interface Kept {
  readonly keepMs: number;
  /** `null`: any number. */
  readonly keepCount: number | null;
}

export function finishedKindOf({ status }: Pick<FinishedJob, "status">): FinishedKind {
  return status === "completed" ? "completed" : "failed";
}

/** Throws a `RangeError` on an age or a number that is none. */
export function keptOf(kind: FinishedKind, policy: RetentionPolicy): Kept {
  const [keepMs, keepCount] =
    kind === "completed"
      ? [policy.keepCompletedMs, policy.keepCompletedCount]
      : [policy.keepFailedMs, policy.keepFailedCount];
  if (!(keepMs >= 0)) throw new RangeError(`jobs are kept for 0 ms or longer, got ${keepMs}`);
  if (keepCount !== null && !(Number.isSafeInteger(keepCount) && keepCount >= 0))
    throw new RangeError(`the number of jobs to keep is a whole number from 0 on, or null, got ${keepCount}`);
  return { keepMs, keepCount };
}

/**
 * Finished jobs of a kind that ended before this instant go. `lastCountedAt` is when the oldest of the `keepCount` newest ended,
 * `null` when there are not so many: those that ended in the same millisecond stay, too, so a few more may be kept than asked.
 */
export function keptSince(
  { keepMs, keepCount }: Kept,
  { now, lastCountedAt }: { readonly now: EpochMs; readonly lastCountedAt: EpochMs | null },
): EpochMs {
  if (keepCount === 0) return FOREVER;
  return toEpochMs(Math.max(0, now - keepMs + 1, lastCountedAt ?? 0));
}

/** Throws a `RangeError` unless a step may delete at least one job. */
export function checkPruneLimit(limit: number): void {
  if (!(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`a step of retention deletes 1 job or more, got a limit of ${limit}`);
}
