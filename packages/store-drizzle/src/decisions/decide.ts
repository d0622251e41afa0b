import {
  applyDecision,
  type EpochMs,
  type Job,
  type JobEffect,
  type JobEvent,
  type JobPolicy,
  type RejectionReason,
  type RunUsage,
  transitionJob,
} from "@sluice/core";

/** A decision that core has accepted, and the job as it makes it. */
export interface Decided {
  readonly before: Job;
  readonly after: Job;
  readonly effects: readonly JobEffect[];
  /** Of the run that ended, if one did. */
  readonly usage: RunUsage | null;
}

export type Verdict = Decided | { readonly rejected: RejectionReason };

/** What core makes of the event, with durations counted from `now`, the store's. */
export function decide(
  job: Job,
  event: JobEvent,
  {
    policy,
    now,
    usage = null,
  }: { readonly policy: JobPolicy; readonly now: EpochMs; readonly usage?: RunUsage | null },
): Verdict {
  const decision = transitionJob(job, event, policy);
  if (decision.outcome === "rejected") return { rejected: decision.reason };
  return { before: job, after: applyDecision(job, decision.next, now), effects: decision.effects, usage };
}

export function isRejected(verdict: Verdict): verdict is { readonly rejected: RejectionReason } {
  return "rejected" in verdict;
}
