import {
  applyDecision,
  defaultGatePolicy,
  isDeferral,
  type Job,
  type JobDecision,
  type JobEffect,
  type JobEvent,
  needsPermits,
  openGate,
  reserve,
  toEpochMs,
  usesAttempt,
} from "@sluice/core";
import { answers, TICK_MS } from "./answers.js";
import type { Rules } from "./rules.js";
import { isSurprise, liveLeases, nextInstant, type Step } from "./steps.js";
import {
  at,
  type Claiming,
  holdsLease,
  idle,
  indexOfJob,
  LEASE_MS,
  type Running,
  type StoredJob,
  type Worker,
  type World,
  worldPolicy,
} from "./world.js";

/** Shows the doubling of a wait that nobody told, and keeps it finite. */
const gatePolicy = { ...defaultGatePolicy, maxUntoldWaitMs: TICK_MS };

/** The world after a step, as the store would make it by the rules. */
export function takeStep(world: World, step: Step, rules: Rules): World {
  const surprisesLeft = world.surprisesLeft - (isSurprise(step) ? 1 : 0);
  return { ...afterStep(world, step, rules), surprisesLeft };
}

function afterStep(world: World, step: Step, rules: Rules): World {
  switch (step.type) {
    case "begin-claim":
      return beginClaim(world, step.worker);
    case "take-job":
      return takeJob(world, step.worker, step.job, rules);
    case "give-up-claim":
    case "crash":
      return withWorker(world, step.worker, idle);
    case "answer": {
      const answer = { name: step.answer, at: world.now };
      return withWorker(world, step.worker, { ...runOf(world, step.worker), answer });
    }
    case "commit":
      return commit(world, step.worker, step.isReplyLost, rules);
    case "stall":
    case "wake":
      return withWorker(world, step.worker, {
        ...runOf(world, step.worker),
        isStalled: step.type === "stall",
      });
    case "reclaim": {
      const { job } = at(world.jobs, step.job);
      if (job.status !== "processing") throw new Error(`nothing to reclaim: ${job.status}`);
      const elapsedMs = world.now - job.lease.claimedAt;
      return happened(world, step.job, { type: "lease-expired", leaseNo: job.leaseNo, elapsedMs }, rules);
    }
    case "cancel":
      return happened(world, step.job, { type: "cancel-requested" }, rules);
    case "retry":
      return happened(world, step.job, { type: "retry-requested", keyIsLive: false }, rules);
    case "forget-claims":
      return forgetClaims(world);
    case "open-gate": {
      const gate = openGate(world.gate, { now: world.now });
      return { ...world, gate, gateRevision: world.gateRevision + 1, promisedUntil: world.now };
    }
    case "pass-time":
      return passTime(world, rules);
  }
}

function beginClaim(world: World, worker: number): World {
  const { gate, now, gateRevision: revision, promisedUntil } = world;
  const { next } = reserve(gate, { now, want: 1, inFlight: liveLeases(world) });
  const permit = needsPermits(gate) ? { revision, next } : null;
  return withWorker(world, worker, { phase: "claiming", permit, promisedUntil });
}

function takeJob(world: World, worker: number, index: number, rules: Rules): World {
  const { permit } = claimingOf(world, worker);
  const before = at(world.jobs, index).job;
  const claimNonce = world.claims;
  const workerId = nameOfWorker(worker);
  const claimed: JobEvent = { type: "claimed", workerId, claimNonce, leaseMs: LEASE_MS };
  const decision = rules.transitionJob(before, claimed, worldPolicy);
  const after = { ...write(world, index, decision), claims: world.claims + 1 };
  const { job } = at(after.jobs, index);
  if (job.status !== "processing" || !("dueAt" in before) || before.status === "processing")
    return withWorker(world, worker, idle);
  const run: Running = { phase: "running", held: job, isStalled: false, answer: null, isCommitted: false };
  const running = withWorker(after, worker, run);
  if (permit !== null)
    return { ...flushed(running), gate: permit.next, gateRevision: world.gateRevision + 1 };
  return world.durableClaims ? running : withJob(running, index, { forgettable: before });
}

function commit(world: World, worker: number, isReplyLost: boolean, rules: Rules): World {
  const run = runOf(world, worker);
  const { held, answer } = run;
  if (answer === null) throw new Error("there is no answer to commit");
  const index = indexOfJob(world, held);
  const outcome = answers[answer.name];
  const end = { outcome, elapsedMs: answer.at - held.lease.claimedAt, jitter: 0.5 };
  const decision = rules.endRun(at(world.jobs, index).job, held, end);
  const isCommitted = run.isCommitted || decision.outcome === "accepted";
  const next = withWorker(world, worker, isReplyLost ? { ...run, isCommitted } : idle);
  // Refused: the store looks the lease up in its ledger and says how it ended. Nothing is written.
  if (decision.outcome === "rejected") return next;
  const written = flushed(write(next, index, decision));
  const gate = rules.gateAfterRun(
    written.gate,
    {
      now: world.now,
      claimedAt: held.lease.claimedAt,
      jobId: held.id,
      outcome: outcome.type,
      refused: decision.effects.find((effect) => effect.type === "close-gate")?.because ?? null,
      usage: null,
      asked: true,
      told: null,
    },
    gatePolicy,
  );
  if (gate === written.gate) return written;
  const promisedUntil = toEpochMs(Math.max(written.promisedUntil, gate.closing?.until ?? 0));
  return { ...written, gate, gateRevision: written.gateRevision + 1, promisedUntil };
}

function passTime(world: World, rules: Rules): World {
  const now = nextInstant(world);
  if (now === null) throw new Error("nothing is waited for");
  const renewing = world.workers.flatMap((worker, index) =>
    worker.phase === "running" && !worker.isStalled ? [{ worker, index }] : [],
  );
  let next: World = flushed({ ...world, now });
  for (const { worker, index } of renewing)
    next = holdsLease(world, worker)
      ? happened(next, indexOfJob(world, worker.held), renewalOf(worker), rules)
      : withWorker(next, index, idle); // the lease is lost: the handler is aborted
  return next;
}

function renewalOf({ held }: Running): JobEvent {
  const { leaseNo, lease } = held;
  return { type: "lease-renewed", leaseNo, claimNonce: lease.claimNonce, leaseMs: LEASE_MS };
}

/** The database crashes: what was not flushed has never been, and statements under way are cut off. */
function forgetClaims(world: World): World {
  const jobs = world.jobs.map((stored) => {
    const { forgettable: job } = stored;
    return job === null ? stored : { ...stored, job, forgettable: null, highestLeaseNo: job.leaseNo };
  });
  const workers = world.workers.map((worker) => (worker.phase === "claiming" ? idle : worker));
  return { ...world, jobs, workers };
}

/** An event of the store's own that is durable at once. */
function happened(world: World, index: number, event: JobEvent, rules: Rules): World {
  const decision = rules.transitionJob(at(world.jobs, index).job, event, worldPolicy);
  return decision.outcome === "accepted" ? flushed(write(world, index, decision)) : world;
}

function write(world: World, index: number, decision: JobDecision): World {
  if (decision.outcome === "rejected") return world;
  const { job: before, ledger, highestLeaseNo } = at(world.jobs, index);
  const job = applyDecision(before, decision.next, world.now);
  const isRetried = job.retriedAtLeaseNo !== before.retriedAtLeaseNo;
  return withJob(world, index, {
    job,
    ledger: isRetried ? { attempts: 0, deferrals: 0 } : decision.effects.reduce(entered, ledger),
    highestLeaseNo: job.status === "processing" ? Math.max(highestLeaseNo, job.leaseNo) : highestLeaseNo,
  });
}

function entered(ledger: StoredJob["ledger"], effect: JobEffect): StoredJob["ledger"] {
  if (effect.type !== "record-attempt") return ledger;
  const { attempts, deferrals } = ledger;
  const { outcome } = effect;
  return {
    attempts: attempts + (usesAttempt[outcome] ? 1 : 0),
    deferrals: deferrals + (isDeferral[outcome] ? 1 : 0),
  };
}

/** A durable commit makes everything before it durable: the log is written in order. */
function flushed(world: World): World {
  if (world.jobs.every(({ forgettable }) => forgettable === null)) return world;
  return { ...world, jobs: world.jobs.map((stored) => ({ ...stored, forgettable: null })) };
}

function withJob(world: World, index: number, changes: Partial<StoredJob>): World {
  return { ...world, jobs: world.jobs.with(index, { ...at(world.jobs, index), ...changes }) };
}

function withWorker(world: World, index: number, worker: Worker): World {
  return { ...world, workers: world.workers.with(index, worker) };
}

export function runOf(world: World, index: number): Running {
  const worker = at(world.workers, index);
  if (worker.phase !== "running") throw new Error(`worker ${index} runs nothing: it is ${worker.phase}`);
  return worker;
}

export function claimingOf(world: World, index: number): Claiming {
  const worker = at(world.workers, index);
  if (worker.phase !== "claiming") throw new Error(`worker ${index} claims nothing: it is ${worker.phase}`);
  return worker;
}

export function nameOfWorker(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

export function nameOfJob(world: World, job: Job): string {
  return `job ${indexOfJob(world, job) + 1}`;
}
