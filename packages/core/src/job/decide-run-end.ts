import { assertNever } from "../assert-never.js";
import { addMs, type EpochMs } from "../time.js";
import { notBefore } from "./decide-enqueue.js";
import { accepted, targetStatusEffect } from "./decisions.js";
import { makeFailure, type RunFailure } from "./failure.js";
import type { ProcessingJob } from "./job.js";
import type { JobDecision, JobEffect, NextCounters, NextState, NextWaiting } from "./job-decision.js";
import type { Replacement, RunEnded } from "./job-event.js";
import { backoffMs, type JobPolicy } from "./job-policy.js";
import { type FailedStatus, isTerminalStatus, isWaitingStatus, type WaitingStatus } from "./job-status.js";
import { isDeferral, type RunOutcome, usesAttempt } from "./run-outcome.js";

/** How a run ended, without the fence: the caller has checked it. */
type RunEnd = Pick<RunEnded, "outcome" | "elapsedMs" | "jitter">;

/** Nobody's word puts a job off for longer; the gates believe no longer wait either. */
const MAX_TOLD_WAIT_MS = 24 * 3_600_000;

/** What the end of a run makes of its job. */
export function decideRunEnd(job: ProcessingJob, ended: RunEnd, policy: JobPolicy): JobDecision {
  const outcome = judgedOutcome(job, ended.outcome);
  const endedAt = addMs(job.lease.claimedAt, Math.round(ended.elapsedMs));
  const counters = countRun(job, outcome, endedAt);
  const state = withRerun(
    job,
    endedAt,
    withinDeadline(job, endedAt, stateAfter(job, outcome, counters, ended, policy)),
  );

  const failure = "failure" in outcome ? outcome.failure : null;
  const effects: JobEffect[] = [
    { type: "record-attempt", leaseNo: job.leaseNo, outcome: outcome.type, failure },
    ...targetStatusEffect(job, state.status),
  ];
  // The gate closes even if the job is cancelled meanwhile: the provider's answer concerns everyone.
  const { outcome: told } = ended;
  if (told.type === "rate_limited" || told.type === "unavailable" || told.type === "blocked")
    effects.push({ type: "close-gate", because: told });
  if (job.rerun !== null && isTerminalStatus(state.status))
    effects.push({ type: "create-successor", request: replacementAt(job.rerun, endedAt) });
  return accepted(job, counters, state, effects);
}

/** Cancelling a running job is a request: a success still commits, any other ending becomes `cancelled`. */
function judgedOutcome(job: ProcessingJob, outcome: RunOutcome): RunOutcome {
  return job.cancelRequestedAt === null || outcome.type === "succeeded" ? outcome : { type: "cancelled" };
}

function countRun(job: ProcessingJob, outcome: RunOutcome, endedAt: EpochMs) {
  const { type } = outcome;
  return {
    attempts: usesAttempt[type] ? job.attempts : job.attempts - 1,
    deferrals: job.deferrals + (isDeferral[type] ? 1 : 0),
    invalidOutputs: job.invalidOutputs + (type === "output_invalid" ? 1 : 0),
    leaseNo: job.leaseNo + 1,
    deferralClock: deferralClockAfter(job, outcome, endedAt),
  } satisfies Partial<NextCounters>;
}

/** The clock counts how long a job is put off in a row; outages, blocked keys and daily quotas are not the job's doing. */
function deferralClockAfter(
  job: ProcessingJob,
  outcome: RunOutcome,
  endedAt: EpochMs,
): NextCounters["deferralClock"] {
  if (outcome.type === "released") return "kept";
  if (!isDeferral[outcome.type]) return { spentMs: 0, runs: false };
  const { spentMs, runningSinceAt } = job.deferralClock;
  const sinceMs = runningSinceAt === null ? 0 : Math.max(0, endedAt - runningSinceAt);
  const runs =
    outcome.type === "superseded" || (outcome.type === "rate_limited" && outcome.scope === "minute");
  return { spentMs: spentMs + sinceMs, runs };
}

function stateAfter(
  job: ProcessingJob,
  outcome: RunOutcome,
  counters: ReturnType<typeof countRun>,
  { jitter }: RunEnd,
  policy: JobPolicy,
): NextState {
  const isLastAttempt = counters.attempts >= job.maxAttempts;
  switch (outcome.type) {
    case "succeeded":
      return { status: "completed", result: outcome.result };

    case "rate_limited":
    case "unavailable":
    case "blocked":
    case "superseded": {
      const clock = counters.deferralClock;
      if (clock !== "kept" && clock.spentMs > policy.maxDeferredMs)
        return failed("failed_ai", putOffTooLong(policy, outcome.failure));
      if (outcome.type === "superseded")
        return waiting("pending", supersededWaitMs(counters.deferrals, jitter, policy), outcome.failure);
      // Due now: behind the jobs of its priority that have been waiting at the gate.
      return waiting("rate_limited", 0, outcome.failure);
    }

    case "released":
      return { ...waiting("pending", 0, "kept"), due: "kept" };

    case "transient":
    case "timeout":
    case "handler_error": {
      if (isLastAttempt) return failed("failed_ai", outcome.failure);
      const toldMs = Math.min(Math.ceil(outcome.waitMs ?? 0), MAX_TOLD_WAIT_MS);
      const waitMs = Math.max(toldMs, backoffMs(policy.backoff, counters.attempts, jitter));
      return waiting("retry_ai", waitMs, outcome.failure);
    }

    case "output_invalid":
      if (isLastAttempt || counters.invalidOutputs > 1) return failed("failed_ai", outcome.failure);
      return waiting("retry_ai", 0, outcome.failure);

    case "lease_lost":
      return isLastAttempt
        ? failed("failed_job_logic", outcome.failure)
        : waiting("retry_ai", 0, outcome.failure);

    case "permanent":
      return failed("failed_ai", outcome.failure);
    case "payload_invalid":
      return failed("failed_payload_parsing", outcome.failure);
    case "unroutable":
      return failed("failed_job_logic", outcome.failure);
    case "cancelled":
      return { status: "cancelled" };
    default:
      return assertNever(outcome);
  }
}

/** New content is worth a run at once. A target that changes during each of them would be paid for without end: it has to wait. */
function supersededWaitMs(deferrals: number, jitter: number, { backoff }: JobPolicy): number {
  return deferrals <= 1 ? 0 : backoffMs(backoff, deferrals - 1, jitter);
}

/** A deadline holds for every way of waiting; it does not undo a success. */
function withinDeadline(job: ProcessingJob, endedAt: EpochMs, state: NextState): NextState {
  if (!isWaitingStatus(state.status) || job.deadlineAt === null || endedAt < job.deadlineAt) return state;
  return failed(
    "failed_ai",
    makeFailure("DeadlinePassed", "deadline_passed", "the job's deadline passed while it ran"),
  );
}

/** A job that is to run again anyway runs with the latest request for its key. */
function withRerun(job: ProcessingJob, endedAt: EpochMs, state: NextState): NextState {
  if (job.rerun === null || !isNextWaiting(state)) return state;
  const replacement = replacementAt(job.rerun, endedAt);
  return { ...state, due: replacement.due, replacement };
}

function isNextWaiting(state: NextState): state is NextWaiting {
  return isWaitingStatus(state.status);
}

/** As instants: those who asked counted from their request, and an outage may delay the commit by much. */
function replacementAt(rerun: NonNullable<ProcessingJob["rerun"]>, endedAt: EpochMs): Replacement {
  const { dueAt, deadlineAt, ...request } = rerun;
  const deadline = deadlineAt === null ? null : { at: deadlineAt };
  return { ...request, due: notBefore(endedAt, { at: dueAt }), deadline };
}

function waiting(status: WaitingStatus, inMs: number, failure: "kept" | RunFailure): NextWaiting {
  return { status, due: { inMs }, deadline: "kept", replacement: null, failure };
}

function failed(status: Exclude<FailedStatus, "cancelled">, failure: RunFailure): NextState {
  return { status, failure };
}

function putOffTooLong(policy: JobPolicy, last: RunFailure): RunFailure {
  const hours = (policy.maxDeferredMs / 3_600_000).toFixed(1);
  return makeFailure(
    last.name,
    "deferred_too_long",
    `put off for more than ${hours} h in a row; last: ${last.message}`,
  );
}
