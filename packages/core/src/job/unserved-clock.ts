import type { WorkerRecord } from "../ports/job-store.js";
import type { EpochMs } from "../time.js";
import { makeFailure, type RunFailure } from "./failure.js";
import type { WaitingJob } from "./job.js";

/** How long jobs of a task type have been waiting that no live worker could run. */
export interface UnservedClock {
  readonly spentMs: number;
  readonly countedAt: EpochMs;
}

export function isLiveWorker(worker: WorkerRecord, now: EpochMs): boolean {
  return worker.seenAt !== null && now < worker.seenAt + worker.liveForMs;
}

/**
 * The clock at `now`; `before` is `null` when there was none yet, or when no job of the type was waiting. It stands still
 * while there is no live worker at all. Upkeep is done by workers: a gap in it that is longer than the live ones can vouch
 * for was such a time.
 */
export function countUnserved(
  before: UnservedClock | null,
  seen: { readonly now: EpochMs; readonly taskType: string; readonly workers: readonly WorkerRecord[] },
): UnservedClock {
  const { now, taskType } = seen;
  const live = seen.workers.filter((worker) => isLiveWorker(worker, now));
  const isServed = live.some(({ taskTypes }) => taskTypes.includes(taskType));
  if (before === null || isServed) return { spentMs: 0, countedAt: now };
  const vouchedForMs = Math.max(0, ...live.map(({ liveForMs }) => liveForMs));
  const goneMs = Math.max(0, now - before.countedAt);
  return { spentMs: before.spentMs + Math.min(goneMs, vouchedForMs), countedAt: now };
}

/**
 * A job must itself have been due that long: a clock may be older than the jobs that it counts for, and one that is due later, or
 * that an operator has just retried, has not waited yet.
 */
export function isUnroutable(
  job: WaitingJob,
  clock: UnservedClock,
  { now, unroutableAfterMs }: { readonly now: EpochMs; readonly unroutableAfterMs: number },
): boolean {
  return clock.spentMs >= unroutableAfterMs && now - job.dueAt >= unroutableAfterMs;
}

export function unroutableFailure({ taskType }: WaitingJob, { spentMs }: UnservedClock): RunFailure {
  const hours = (spentMs / 3_600_000).toFixed(1);
  return makeFailure(
    "NoHandler",
    "unroutable",
    `no live worker has handled ${JSON.stringify(taskType)} for ${hours} h`,
  );
}
