import {
  countUnserved,
  isUnroutable,
  type JobEvent,
  type MaintainAnswer,
  type MaintainRequest,
  unroutableFailure,
  type WaitingJob,
} from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import { prune } from "./prune.js";
import type { Tables } from "./tables.js";
import { upkeepInMs } from "./upkeep-in-ms.js";

export function maintain(tables: Tables, request: MaintainRequest): MaintainAnswer {
  const answer = {
    // Claims look at due times themselves: there is nothing to make ready.
    promoted: 0,
    reclaimed: reclaimExpired(tables, request),
    expired: endPastDeadline(tables, request),
    unroutable: endUnroutable(tables, request),
    deleted: prune(tables, { keep: tables.upkeepPolicy, limit: request.limit }),
  };
  forgetSilentWorkers(tables, request);
  tables.bell.ring();
  return { ...answer, upkeepInMs: upkeepInMs(tables) };
}

function forgetSilentWorkers(tables: Tables, { limit }: MaintainRequest): void {
  const seenBefore = tables.now() - tables.upkeepPolicy.keepSilentWorkersMs;
  const silent = [...tables.workers.values()].filter(({ seenAt }) => (seenAt ?? 0) <= seenBefore);
  const oldest = silent.sort((one, other) => (one.seenAt ?? 0) - (other.seenAt ?? 0)).slice(0, limit);
  for (const { id } of oldest) tables.workers.delete(id);
}

function reclaimExpired(tables: Tables, { limit, policy }: MaintainRequest): number {
  const now = tables.now();
  const expired = tables.jobs
    .running()
    .filter(({ lease }) => lease.expiresAt <= now)
    .sort((one, other) => one.lease.expiresAt - other.lease.expiresAt)
    .slice(0, limit);
  for (const job of expired) {
    const elapsedMs = now - job.lease.claimedAt;
    applyEvent(tables, job, { type: "lease-expired", leaseNo: job.leaseNo, elapsedMs }, { policy });
  }
  return expired.length;
}

function endPastDeadline(tables: Tables, request: MaintainRequest): number {
  const now = tables.now();
  const past = tables.jobs.waiting().filter(({ deadlineAt }) => deadlineAt !== null && deadlineAt <= now);
  return endJobs(tables, request, past, () => ({ type: "deadline-passed" }));
}

function endUnroutable(tables: Tables, request: MaintainRequest): number {
  const now = tables.now();
  const workers = [...tables.workers.values()];
  const { unroutableAfterMs } = tables.upkeepPolicy;
  const waitingTypes = tables.jobs.waitingTypes();
  for (const taskType of tables.unserved.keys())
    if (!waitingTypes.includes(taskType)) tables.unserved.delete(taskType);
  let count = 0;
  for (const taskType of waitingTypes) {
    const clock = countUnserved(tables.unserved.get(taskType) ?? null, { now, taskType, workers });
    tables.unserved.set(taskType, clock);
    const lost = tables.jobs
      .waiting(taskType)
      .filter((job) => isUnroutable(job, clock, { now, unroutableAfterMs }));
    const left = { ...request, limit: request.limit - count };
    count += endJobs(tables, left, lost, (job) => ({
      type: "found-unroutable",
      failure: unroutableFailure(job, clock),
    }));
  }
  return count;
}

function endJobs(
  tables: Tables,
  { limit, policy }: MaintainRequest,
  jobs: readonly WaitingJob[],
  eventOf: (job: WaitingJob) => JobEvent,
): number {
  const ending = jobs.slice(0, limit);
  for (const job of ending) applyEvent(tables, job, eventOf(job), { policy });
  return ending.length;
}
