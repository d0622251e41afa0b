import type { DedupeMode, EnqueueOutcome, NewJob, StoreTime } from "../ports/new-job.js";
import { addMs, type EpochMs } from "../time.js";
import type { LiveJob, PendingJob } from "./job.js";
import type { Replacement } from "./job-event.js";

/** What a request for a key comes to: `live` is the live job that has it. `replaced` and `rerun` are `replaced` events. */
export function decideEnqueue(live: LiveJob | null, mode: DedupeMode): EnqueueOutcome {
  if (live === null) return "created";
  if (mode === "keep") return "kept";
  return live.status === "processing" ? "rerun" : "replaced";
}

/** The job as it begins. */
export function newJob(request: NewJob, now: EpochMs): PendingJob {
  const { id, taskType, target, payload, priority, maxAttempts } = request;
  return {
    status: "pending",
    id,
    taskType,
    target,
    payload,
    priority,
    dedupeKey: request.dedupe?.key ?? null,
    createdAt: now,
    dueAt: instantOf(request.due, now),
    deadlineAt: request.deadline === null ? null : instantOf(request.deadline, now),
    attempts: 0,
    maxAttempts,
    deferrals: 0,
    deferralClock: { spentMs: 0, runningSinceAt: null },
    invalidOutputs: 0,
    leaseNo: 0,
    retriedAtLeaseNo: 0,
    lastFailure: null,
  };
}

/** The request, as what the live job with its key is to become. */
export function toReplacement(request: NewJob, now: EpochMs): Replacement {
  const { id, payload, priority, maxAttempts, due, deadline } = request;
  return { id, payload, priority, maxAttempts, due: notBefore(now, due), deadline };
}

/** The job that follows one that ended, made from the latest `rerun` request for its key. */
export function successorOf(ended: LiveJob, request: Replacement): NewJob {
  const { taskType, target, dedupeKey } = ended;
  return {
    ...request,
    taskType,
    target,
    dedupe: dedupeKey === null ? null : { key: dedupeKey, mode: "keep" },
  };
}

/** What takes the place of something else waits from now on, not since before. */
export function notBefore(now: EpochMs, time: StoreTime): StoreTime {
  return instantOf(time, now) > now ? time : { inMs: 0 };
}

export function instantOf(time: StoreTime, now: EpochMs): EpochMs {
  return "at" in time ? time.at : addMs(now, time.inMs);
}
