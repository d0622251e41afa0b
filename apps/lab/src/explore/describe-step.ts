import { assertNever, closedUntil, isProbing } from "@sluice/core";
import type { Step } from "./steps.js";
import { nameOfJob, nameOfWorker, runOf } from "./take-step.js";
import { at, indexOfJob, type World } from "./world.js";

/** What a step did, in a sentence. */
export function describeStep(before: World, step: Step, after: World): string {
  switch (step.type) {
    case "begin-claim":
      return `${nameOfWorker(step.worker)} begins a claim: ${gateOf(before)}`;
    case "give-up-claim":
      return `${nameOfWorker(step.worker)} takes nothing: others were faster, or the gate has changed`;
    case "take-job": {
      const { job } = at(after.jobs, step.job);
      const attempt = `attempt ${job.attempts} of ${job.maxAttempts}`;
      return `${nameOfWorker(step.worker)} takes ${nameOfJob(after, job)} under lease ${job.leaseNo}, ${attempt}`;
    }
    case "answer":
      return `${nameOfWorker(step.worker)}'s run of ${heldBy(before, step.worker)} is over: ${step.answer}`;
    case "commit":
      return describeCommit(before, step, after);
    case "stall":
      return `${nameOfWorker(step.worker)} stalls: it renews nothing and sends nothing`;
    case "wake":
      return `${nameOfWorker(step.worker)} goes on where it stalled`;
    case "crash":
      return `${nameOfWorker(step.worker)} crashes and starts anew`;
    case "reclaim":
      return `the lease of job ${step.job + 1} has run out, it is taken back: ${statusOf(after, step.job)}`;
    case "cancel":
      return `somebody cancels job ${step.job + 1}: ${statusOf(after, step.job)}`;
    case "retry":
      return `an operator retries job ${step.job + 1}: ${statusOf(after, step.job)}`;
    case "forget-claims":
      return "the database crashes and forgets the claims that were not flushed yet";
    case "open-gate":
      return "an operator opens the gate";
    case "pass-time":
      return `${(after.now - before.now) / 1_000} s go by; healthy workers renew their leases; ${gateOf(after)}`;
    default:
      return assertNever(step);
  }
}

function describeCommit(before: World, step: Step & { type: "commit" }, after: World): string {
  const { held, answer } = runOf(before, step.worker);
  const index = indexOfJob(before, held);
  const isAccepted = at(before.jobs, index).job !== at(after.jobs, index).job;
  const result = isAccepted ? `accepted, ${statusOf(after, index)}` : "refused, that lease has ended";
  return [
    `${nameOfWorker(step.worker)} commits ${nameOfJob(before, held)} as ${answer?.name} under lease ${held.leaseNo}: ${result}`,
    before.gate === after.gate ? [] : gateOf(after),
    step.isReplyLost ? "the reply is lost" : [],
  ]
    .flat()
    .join("; ");
}

function statusOf(world: World, index: number): string {
  const { status, attempts, maxAttempts } = at(world.jobs, index).job;
  return `now ${status} with ${attempts} of ${maxAttempts} attempts`;
}

function heldBy(world: World, worker: number): string {
  return nameOfJob(world, runOf(world, worker).held);
}

function gateOf({ gate, now }: World): string {
  const until = closedUntil(gate, now);
  if (until !== null) return `the gate is closed for ${(until - now) / 1_000} s`;
  return `the gate is ${isProbing(gate, now) ? "half open" : "open"}`;
}
