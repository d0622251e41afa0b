import { toGateKey } from "../src/gate/gate-key.js";
import { applyDecision } from "../src/job/apply-decision.js";
import { newJob } from "../src/job/decide-enqueue.js";
import { makeFailure } from "../src/job/failure.js";
import { fenceOf, type Job, type PendingJob, type ProcessingJob } from "../src/job/job.js";
import type { JobEvent, Replacement } from "../src/job/job-event.js";
import { defaultJobPolicy, type JobPolicy } from "../src/job/job-policy.js";
import type { RunOutcome, RunOutcomeType } from "../src/job/run-outcome.js";
import { transitionJob } from "../src/job/transition-job.js";
import { toJobId } from "../src/job-id.js";
import type { NewJob } from "../src/ports/new-job.js";
import { addMs, type EpochMs, toEpochMs } from "../src/time.js";

export const start = toEpochMs(1_800_000_000_000);
export const at = (ms: number): EpochMs => addMs(start, ms);
export const failure = makeFailure("Error", "boom", "it broke");
const gateKey = toGateKey("model:acme:main:mt-2");

export const request: NewJob = {
  id: toJobId("00000000-0000-7000-8000-000000000001"),
  taskType: "translate",
  target: { type: "article", id: "a1" },
  payload: { lang: "de" },
  priority: 0,
  due: { inMs: 0 },
  deadline: null,
  maxAttempts: 3,
  dedupe: { key: "a1", mode: "keep" },
};

export const replacement: Replacement = {
  id: toJobId("00000000-0000-7000-8000-000000000002"),
  payload: { lang: "fr" },
  priority: -5,
  due: { inMs: 7_000 },
  deadline: { inMs: 60_000 },
  maxAttempts: 9,
};

export function pendingJob(changes: Partial<NewJob> = {}): PendingJob {
  return newJob({ ...request, ...changes }, start);
}

type OutcomeOf<Type extends RunOutcomeType, Outcome = RunOutcome> = Outcome extends { type: infer Types }
  ? Type extends Types
    ? Outcome & { readonly type: Type }
    : never
  : never;

/** One of each way in which a run can end. */
export const outcomes: { readonly [Type in RunOutcomeType]: OutcomeOf<Type> } = {
  succeeded: { type: "succeeded", result: { chars: 4 } },
  rate_limited: { type: "rate_limited", scope: "minute", waitMs: 30_000, gateKey, failure },
  unavailable: { type: "unavailable", waitMs: null, gateKey, failure },
  blocked: { type: "blocked", reason: "auth", gateKey, failure },
  transient: { type: "transient", waitMs: null, failure },
  timeout: { type: "timeout", waitMs: null, failure },
  handler_error: { type: "handler_error", waitMs: null, failure },
  output_invalid: { type: "output_invalid", failure },
  permanent: { type: "permanent", failure },
  payload_invalid: { type: "payload_invalid", failure },
  unroutable: { type: "unroutable", failure },
  lease_lost: { type: "lease_lost", failure },
  superseded: { type: "superseded", failure },
  released: { type: "released" },
  cancelled: { type: "cancelled" },
};

/** The decision, which must have been to accept. */
export function decide(job: Job, event: JobEvent, policy: JobPolicy = defaultJobPolicy) {
  const decision = transitionJob(job, event, policy);
  if (decision.outcome === "rejected") throw new Error(`${event.type} was refused: ${decision.reason}`);
  return decision;
}

/** The job after an event that is accepted. */
export function after(job: Job, event: JobEvent, now: EpochMs = start, policy?: JobPolicy): Job {
  return applyDecision(job, decide(job, event, policy).next, now);
}

export function claim(job: Job, { now = start, claimNonce = 7, workerId = "w1" } = {}): ProcessingJob {
  const claimed = after(job, { type: "claimed", workerId, claimNonce, leaseMs: 15_000 }, now);
  if (claimed.status !== "processing") throw new Error(`claimed, and now ${claimed.status}`);
  return claimed;
}

/** The event that the holder of the lease sends when its run is over. */
export function runEnded(
  job: ProcessingJob,
  outcome: RunOutcome,
  { elapsedMs = 1_000, jitter = 0.5 } = {},
): Extract<JobEvent, { type: "run-ended" }> {
  const { leaseNo, claimNonce } = fenceOf(job);
  return { type: "run-ended", leaseNo, claimNonce, outcome, elapsedMs, jitter };
}

/** Claims the job at `now` and ends the run at once. */
export function run(job: Job, outcome: RunOutcome, now: EpochMs = start): Job {
  const claimed = claim(job, { now });
  return after(claimed, runEnded(claimed, outcome, { elapsedMs: 0 }), now);
}

export function askedToCancel(job: ProcessingJob): ProcessingJob {
  return stillRunning(after(job, { type: "cancel-requested" }));
}

export function askedToRerun(job: ProcessingJob, rerun: Replacement = replacement): ProcessingJob {
  return stillRunning(after(job, { type: "replaced", replacement: rerun }));
}

function stillRunning(job: Job): ProcessingJob {
  if (job.status !== "processing") throw new Error(`not running any more, but ${job.status}`);
  return job;
}
