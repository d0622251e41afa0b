import { closedUntil, isProbing, type Job } from "@sluice/core";
import {
  at,
  holdsLease,
  indexOfJob,
  type Running,
  type StoredJob,
  type Worker,
  type World,
} from "./world.js";

/**
 * Two worlds with one key have the same future, so only one of them is explored. Left out is what no rule can see any
 * more: absolute time, how long ago something became due or ran out, lease numbers but for being current, ghosts that a
 * law has just compared with the real thing, and which of the equal workers and jobs is which.
 */
export function keyOf(world: World): string {
  const keys = permutations(world.jobs.map((_, index) => index)).map((order) => {
    const workers = world.workers.map((worker) => keyOfWorker(world, worker, order)).toSorted();
    return [...order.map((index) => keyOfJob(world, at(world.jobs, index))), ...workers].join(" ");
  });
  return `${keys.toSorted()[0]} ${keyOfGate(world)} ${world.surprisesLeft}`;
}

function keyOfJob(world: World, { job, forgettable }: StoredJob): string {
  return keyOfRow(world, job) + (forgettable === null ? "" : `<${keyOfRow(world, forgettable)}`);
}

function keyOfRow({ now }: World, job: Job): string {
  const { spentMs, runningSinceAt } = job.deferralClock;
  const clock = `${spentMs}${runningSinceAt === null ? "" : `+${now - runningSinceAt}`}`;
  if (job.status === "processing") {
    const { lease, cancelRequestedAt } = job;
    return `p${job.attempts},${Math.max(0, lease.expiresAt - now)},${cancelRequestedAt === null ? "" : "c"},${clock}`;
  }
  return "dueAt" in job
    ? `${job.status.slice(0, 3)}${job.attempts},${Math.max(0, job.dueAt - now)},${clock}`
    : job.status;
}

function keyOfWorker(world: World, worker: Worker, order: readonly number[]): string {
  switch (worker.phase) {
    case "idle":
      return "-";
    case "claiming": {
      const { permit, promisedUntil } = worker;
      const isCurrent = permit === null || permit.revision === world.gateRevision;
      return `c${permit === null ? "" : "?"}${isCurrent},${promisedUntil > world.now}`;
    }
    case "running":
      return keyOfRun(world, worker, order);
  }
}

function keyOfRun(world: World, run: Running, order: readonly number[]): string {
  const { held, answer, isStalled, isCommitted } = run;
  const index = indexOfJob(world, held);
  const { leaseNo } = at(world.jobs, index).job;
  const lease = holdsLease(world, run)
    ? "="
    : leaseNo === held.leaseNo
      ? "~"
      : leaseNo < held.leaseNo
        ? ">"
        : "<";
  const epoch = held.lease.claimedAt >= world.gate.epochAt;
  const answered = answer === null ? "" : `${answer.name}${world.now - answer.at}`;
  return `r${order.indexOf(index)}${lease}${held.attempts}${epoch}${answered}${isStalled}${isCommitted}`;
}

function keyOfGate(world: World): string {
  const { gate, now, promisedUntil } = world;
  const until = closedUntil(gate, now);
  return `${keyOfClosing(world)},${until === null ? 0 : until - now},${Math.max(0, promisedUntil - now)}`;
}

/** The streak doubles the waits before probes; that of untold rate limits has its bound at the first step here. */
function keyOfClosing({ gate, now }: World): string {
  const { closing, streak } = gate;
  if (closing === null || isProbing(gate, now))
    return closing === null ? "open" : `half${closing.reason}${streak}`;
  if (closedUntil(gate, now) === null) return "open";
  return closing.reason === "rate_limited" ? closing.reason : `${closing.reason}${streak}`;
}

function permutations(indexes: readonly number[]): number[][] {
  if (indexes.length <= 1) return [[...indexes]];
  return indexes.flatMap((first) =>
    permutations(indexes.filter((index) => index !== first)).map((rest) => [first, ...rest]),
  );
}
