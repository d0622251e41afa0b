import {
  applyDecision,
  type Job,
  type JobDecision,
  type JobEffect,
  type JobEvent,
  type JobPolicy,
  newJob,
  type ProcessingJob,
  type RunUsage,
  successorOf,
  transitionJob,
} from "@sluice/core";
import { insertJob, replaceJob, type Tables } from "./tables.js";

type Rejected = Extract<JobDecision, { outcome: "rejected" }>;

export type Applied =
  | { readonly outcome: "accepted"; readonly job: Job; readonly effects: readonly JobEffect[] }
  | Rejected;

/** Writes what the event makes of the job, with all effects but `close-gate`: gates come last, and with the run that ended. */
export function applyEvent(
  tables: Tables,
  job: Job,
  event: JobEvent,
  { policy, usage = null }: { readonly policy: JobPolicy; readonly usage?: RunUsage | null },
): Applied {
  const decision = transitionJob(job, event, policy);
  if (decision.outcome === "rejected") return decision;
  const next = applyDecision(job, decision.next, tables.now());
  replaceJob(tables, next);
  for (const effect of decision.effects) writeEffect(tables, { before: job, next, usage }, effect);
  return { outcome: "accepted", job: next, effects: decision.effects };
}

interface Change {
  readonly before: Job;
  readonly next: Job;
  readonly usage: RunUsage | null;
}

function writeEffect(tables: Tables, { before, next, usage }: Change, effect: JobEffect): void {
  switch (effect.type) {
    case "record-attempt":
      if (before.status === "processing") recordAttempt(tables, before, { next, usage, effect });
      break;
    case "set-target-status": {
      const row = tables.jobs.row(next.id);
      if (row !== undefined) tables.targetStatuses.set(effect.target, row, effect.status, tables.now());
      break;
    }
    case "create-successor":
      if ("dueAt" in before) insertJob(tables, newJob(successorOf(before, effect.request), tables.now()));
      break;
    case "abort-run":
      tables.bell.cancelRequested(effect.workerId, next.id);
      break;
    case "close-gate":
      break;
  }
}

type AttemptEffect = Extract<JobEffect, { type: "record-attempt" }>;

function recordAttempt(
  tables: Tables,
  { id, lease }: ProcessingJob,
  { next, usage, effect }: { next: Job; usage: RunUsage | null; effect: AttemptEffect },
): void {
  const { leaseNo, outcome, failure } = effect;
  const { workerId, claimedAt, claimNonce } = lease;
  const endedAt = tables.now();
  const attempt = { jobId: id, leaseNo, outcome, workerId, claimedAt, endedAt, failure, usage };
  tables.ledger.add({ attempt, claimNonce, status: next.status });
}
