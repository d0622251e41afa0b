import { assertNever } from "../assert-never.js";
import { addMs, type EpochMs } from "../time.js";
import { instantOf } from "./decide-enqueue.js";
import { makeFailure, type RunFailure, type StoredFailure } from "./failure.js";
import type { Job, JobBase, ProcessingJob, WaitingJob } from "./job.js";
import type { NextJob, NextState, NextWaiting } from "./job-decision.js";
import type { Replacement } from "./job-event.js";

type NextProcessing = Extract<NextState, { status: "processing" }>;

/** The job after an accepted decision, with the durations counted from `now`. What Postgres does in SQL, as a function. */
export function applyDecision(job: Job, next: NextJob, now: EpochMs): Job {
  const base = applyCounters(job, next, now);
  switch (next.status) {
    case "pending":
    case "retry_ai":
    case "rate_limited":
      return applyWaiting(base, job, next, now);
    case "processing":
      return applyProcessing(base, job, next, now);
    case "completed":
      return { ...base, status: "completed", finishedAt: now, result: next.result };
    case "cancelled":
      return { ...base, status: "cancelled", finishedAt: now };
    case "failed_ai":
    case "failed_payload_parsing":
    case "failed_job_logic": {
      const lastFailure = stored(next.failure, job, now);
      return { ...base, status: next.status, finishedAt: now, lastFailure };
    }
    default:
      return assertNever(next);
  }
}

function applyCounters(job: Job, next: NextJob, now: EpochMs): JobBase {
  const { attempts, deferrals, invalidOutputs, leaseNo, retriedAtLeaseNo, deferralClock: clock } = next;
  const deferralClock =
    clock === "kept"
      ? job.deferralClock
      : { spentMs: clock.spentMs, runningSinceAt: clock.runs ? now : null };
  return {
    id: job.id,
    taskType: job.taskType,
    target: job.target,
    payload: job.payload,
    priority: job.priority,
    dedupeKey: job.dedupeKey,
    createdAt: job.createdAt,
    deadlineAt: job.deadlineAt,
    maxAttempts: job.maxAttempts,
    lastFailure: job.lastFailure,
    attempts,
    deferrals,
    invalidOutputs,
    leaseNo,
    retriedAtLeaseNo,
    deferralClock,
  };
}

function applyWaiting(base: JobBase, job: Job, next: NextWaiting, now: EpochMs): WaitingJob {
  const lastFailure = next.failure === "kept" ? job.lastFailure : stored(next.failure, job, now);
  const waiting = {
    ...base,
    ...(next.deadline === "cleared" && { deadlineAt: null }),
    ...(next.replacement !== null && replaced(next.replacement, now)),
    dueAt: next.due === "kept" ? dueAtOf(job, now) : instantOf(next.due, now),
  };
  if (next.status === "pending") return { ...waiting, status: "pending", lastFailure };
  return { ...waiting, status: next.status, lastFailure: lastFailure ?? unknownFailure(job, now) };
}

function replaced({ payload, priority, deadline }: Replacement, now: EpochMs) {
  return { payload, priority, deadlineAt: deadline === null ? null : instantOf(deadline, now) };
}

function applyProcessing(base: JobBase, job: Job, next: NextProcessing, now: EpochMs): Job {
  const held = job.status === "processing" ? job : null;
  const lease = nextLease(held, next.lease, now);
  const cancelRequestedAt = next.request === "cancel" ? now : (held?.cancelRequestedAt ?? null);
  const rerun = nextRerun(held, next.request, now);
  return { ...base, status: "processing", dueAt: dueAtOf(job, now), lease, cancelRequestedAt, rerun };
}

/** The latest word holds: cancelling takes back what was asked before, and what is asked after it is done. */
function nextRerun(
  held: ProcessingJob | null,
  request: NextProcessing["request"],
  now: EpochMs,
): ProcessingJob["rerun"] {
  if (request === null) return held?.rerun ?? null;
  return request === "cancel" ? null : toRerun(request.rerun, now);
}

function dueAtOf(job: Job, now: EpochMs): EpochMs {
  return "dueAt" in job ? job.dueAt : now;
}

function nextLease(
  held: ProcessingJob | null,
  next: NextProcessing["lease"],
  now: EpochMs,
): ProcessingJob["lease"] {
  if (next !== "kept" && "workerId" in next) {
    const { workerId, claimNonce, leaseMs } = next;
    return { workerId, claimNonce, claimedAt: now, expiresAt: addMs(now, leaseMs) };
  }
  if (held === null) throw new TypeError("only a running job has a lease to keep");
  return next === "kept" ? held.lease : { ...held.lease, expiresAt: addMs(now, next.renewedForMs) };
}

function toRerun(request: Replacement, now: EpochMs): NonNullable<ProcessingJob["rerun"]> {
  const { due, deadline, ...kept } = request;
  const deadlineAt = deadline === null ? null : instantOf(deadline, now);
  return { ...kept, dueAt: instantOf(due, now), deadlineAt };
}

function stored(failure: RunFailure, job: Job, now: EpochMs): StoredFailure {
  const { name, code, message } = failure;
  return { name, code, message, attempt: job.attempts, at: now };
}

function unknownFailure(job: Job, now: EpochMs): StoredFailure {
  return stored(makeFailure("Unknown", "unknown", "no failure was recorded"), job, now);
}
