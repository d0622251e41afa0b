import { isProbing, isTerminalStatus, isWaitingStatus } from "@sluice/core";
import type { Step } from "./steps.js";
import { claimingOf, runOf } from "./take-step.js";
import { at, holdsLease, indexOfJob, type StoredJob, type World } from "./world.js";

/** The law that the step breaks, in words; `null` if it breaks none. */
export function brokenLaw(before: World, step: Step, after: World): string | null {
  return (
    brokenByCommit(before, step, after) ??
    brokenByClaim(before, step, after) ??
    after.jobs.reduce<string | null>(
      (law, job, index) => law ?? brokenByJob(at(before.jobs, index), step, job, index),
      null,
    )
  );
}

function brokenByCommit(before: World, step: Step, after: World): string | null {
  if (step.type !== "commit") return null;
  const run = runOf(before, step.worker);
  const index = indexOfJob(before, run.held);
  const isAccepted = at(before.jobs, index).job !== at(after.jobs, index).job;
  if (!isAccepted) return null;
  if (run.isCommitted) return "two commits of one lease were accepted";
  if (!holdsLease(before, run))
    return "a worker that does not hold the lease any more ended the run of another";
  return null;
}

function brokenByClaim(before: World, step: Step, after: World): string | null {
  if (step.type !== "take-job" || after.workers[step.worker]?.phase !== "running") return null;
  const { promisedUntil } = claimingOf(before, step.worker);
  if (promisedUntil > before.now)
    return "a job was claimed through a gate that was closed when the claim began";
  const probes = after.jobs.filter(
    ({ job }) => job.status === "processing" && job.lease.claimedAt >= after.gate.epochAt,
  );
  if (isProbing(after.gate, after.now) && probes.length > 1) return "two jobs probe one half-open gate";
  const { job } = at(after.jobs, step.job);
  if (job.leaseNo <= at(before.jobs, step.job).highestLeaseNo) return "a lease number was used twice";
  return null;
}

function brokenByJob(
  before: StoredJob,
  step: Step,
  { job, ledger }: StoredJob,
  index: number,
): string | null {
  const name = `job ${index + 1}`;
  if (isTerminalStatus(before.job.status) && job !== before.job && step.type !== "retry")
    return `${name} left ${before.job.status} without a retry`;
  if (job.attempts < 0 || job.attempts > job.maxAttempts)
    return `${name} has ${job.attempts} attempts, of ${job.maxAttempts} allowed`;
  if (isWaitingStatus(job.status) && job.attempts === job.maxAttempts)
    return `${name} waits as ${job.status} for an attempt that it does not have`;
  const counted = ledger.attempts + (job.status === "processing" ? 1 : 0);
  if (job.attempts !== counted) return `${name} has ${job.attempts} attempts, its ledger says ${counted}`;
  if (job.deferrals !== ledger.deferrals)
    return `${name} has ${job.deferrals} deferrals, its ledger says ${ledger.deferrals}`;
  return null;
}
