import type { Job, LiveJob } from "./job.js";
import type {
  JobDecision,
  JobEffect,
  NextCounters,
  NextJob,
  NextState,
  RejectionReason,
} from "./job-decision.js";
import type { JobStatus } from "./job-status.js";

/** The counters that an event leaves alone stay as they are. */
export function accepted(
  job: Job,
  changes: Partial<NextCounters>,
  state: NextState,
  effects: readonly JobEffect[] = [],
): JobDecision {
  const { attempts, deferrals, invalidOutputs, leaseNo, retriedAtLeaseNo } = job;
  const counters = {
    attempts,
    deferrals,
    invalidOutputs,
    leaseNo,
    retriedAtLeaseNo,
    deferralClock: "kept",
  } as const;
  const next: NextJob = { ...counters, ...changes, ...state };
  return { outcome: "accepted", next, effects };
}

/** A job that nobody runs ends. */
export function endedWhileWaiting(job: LiveJob, state: NextState): JobDecision {
  return accepted(job, {}, state, targetStatusEffect(job, state.status));
}

export function rejected(reason: RejectionReason): JobDecision {
  return { outcome: "rejected", reason };
}

export function targetStatusEffect(job: Job, status: JobStatus): readonly JobEffect[] {
  return job.target === null ? [] : [{ type: "set-target-status", target: job.target, status }];
}
