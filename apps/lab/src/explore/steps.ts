import {
  closedUntil,
  type EpochMs,
  isProbing,
  isReady,
  isTerminalStatus,
  reserve,
  toEpochMs,
} from "@sluice/core";
import { type AnswerName, answerNames } from "./answers.js";
import { at, holdsLease, indexOfJob, type Running, type World } from "./world.js";

/** One thing that may happen next. */
export type Step =
  | { readonly type: "begin-claim" | "give-up-claim"; readonly worker: number }
  | { readonly type: "take-job"; readonly worker: number; readonly job: number }
  | { readonly type: "answer"; readonly worker: number; readonly answer: AnswerName }
  | { readonly type: "commit"; readonly worker: number; readonly isReplyLost: boolean }
  | { readonly type: "stall" | "wake" | "crash"; readonly worker: number }
  | { readonly type: "reclaim" | "cancel" | "retry"; readonly job: number }
  | { readonly type: "forget-claims" | "open-gate" | "pass-time" };

/** Everything that may happen next in this world. */
export function possibleSteps(world: World): Step[] {
  const steps = [
    ...world.workers.flatMap((_, worker) => stepsOfWorker(world, worker)),
    ...world.jobs.flatMap((_, job) => stepsOfJob(world, job)),
    ...stepsOfAll(world),
  ];
  return world.surprisesLeft > 0 ? steps : steps.filter((step) => !isSurprise(step));
}

/** Not the ordinary course of things, and counted. Without surprises every job must end. */
export function isSurprise(step: Step): boolean {
  switch (step.type) {
    case "answer":
      return step.answer !== "succeeded";
    case "commit":
      return step.isReplyLost;
    case "stall":
    case "crash":
    case "cancel":
    case "retry":
    case "forget-claims":
    case "open-gate":
      return true;
    default:
      return false;
  }
}

function stepsOfWorker(world: World, index: number): Step[] {
  const worker = at(world.workers, index);
  switch (worker.phase) {
    case "idle":
      return canBeginClaim(world) ? [{ type: "begin-claim", worker: index }] : [];
    case "claiming": {
      const isCurrent = worker.permit === null || worker.permit.revision === world.gateRevision;
      const ready = isCurrent ? readyJobs(world) : [];
      if (ready.length === 0) return [{ type: "give-up-claim", worker: index }];
      return ready.map((job) => ({ type: "take-job", worker: index, job }));
    }
    case "running":
      return stepsOfRun(worker, index);
  }
}

function stepsOfRun(run: Running, worker: number): Step[] {
  const crash: Step = { type: "crash", worker };
  if (run.isStalled) return [{ type: "wake", worker }, crash];
  const next: Step[] =
    run.answer === null
      ? answerNames.map((answer) => ({ type: "answer", worker, answer }))
      : [false, true].map((isReplyLost) => ({ type: "commit", worker, isReplyLost }));
  return [...next, { type: "stall", worker }, crash];
}

function stepsOfJob(world: World, index: number): Step[] {
  const { job } = at(world.jobs, index);
  if (isTerminalStatus(job.status)) return job.status === "completed" ? [] : [{ type: "retry", job: index }];
  const isExpired = job.status === "processing" && job.lease.expiresAt <= world.now;
  return [{ type: "cancel", job: index }, ...(isExpired ? [{ type: "reclaim" as const, job: index }] : [])];
}

function stepsOfAll(world: World): Step[] {
  const steps: Step[] = [];
  if (world.jobs.some(({ forgettable }) => forgettable !== null)) steps.push({ type: "forget-claims" });
  const { gate, now } = world;
  if (closedUntil(gate, now) !== null || isProbing(gate, now)) steps.push({ type: "open-gate" });
  // A claim is one statement: others may commit while it runs, but no second goes by.
  const isClaiming = world.workers.some(({ phase }) => phase === "claiming");
  if (!isClaiming && nextInstant(world) !== null) steps.push({ type: "pass-time" });
  return steps;
}

function canBeginClaim(world: World): boolean {
  if (readyJobs(world).length === 0) return false;
  return reserve(world.gate, { now: world.now, want: 1, inFlight: liveLeases(world) }).granted > 0;
}

export function liveLeases(world: World): number {
  return world.jobs.filter(({ job }) => job.status === "processing").length;
}

function readyJobs(world: World): number[] {
  return world.jobs.flatMap(({ job }, index) => (isReady(job, world.now) ? [index] : []));
}

/** The next instant at which something becomes possible; healthy workers renew their leases for ever. */
export function nextInstant(world: World): EpochMs | null {
  const instants = world.jobs.flatMap(({ job }, index) => {
    if (job.status === "processing") return isRenewed(world, index) ? [] : [job.lease.expiresAt];
    return "dueAt" in job ? [job.dueAt] : [];
  });
  const opensAt = closedUntil(world.gate, world.now);
  if (opensAt !== null) instants.push(opensAt);
  const ahead = instants.filter((instant) => instant > world.now);
  return ahead.length === 0 ? null : toEpochMs(Math.min(...ahead));
}

function isRenewed(world: World, job: number): boolean {
  return world.workers.some(
    (worker) =>
      worker.phase === "running" &&
      !worker.isStalled &&
      indexOfJob(world, worker.held) === job &&
      holdsLease(world, worker),
  );
}
