import {
  type ClaimAnswer,
  type ClaimRequest,
  closedUntil,
  compareClaimOrder,
  defaultJobPolicy,
  type EpochMs,
  FOREVER,
  type Gate,
  isReady,
  needsPermits,
  type ProcessingJob,
  reserveAll,
  toEpochMs,
  type WaitingJob,
} from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import { copyJson } from "./copy-json.js";
import { putWorker } from "./renew-leases.js";
import type { Tables } from "./tables.js";
import { upkeepInMs } from "./upkeep-in-ms.js";

interface TypeClaim {
  readonly jobs: readonly ProcessingJob[];
  /** When asking again may bring more; `null` when it is not a matter of time. */
  readonly retryAt: EpochMs | null;
}

export function claimJobs(tables: Tables, request: ClaimRequest): ClaimAnswer {
  const claimed = claimAll(tables, request);
  if (request.idle === undefined) return claimed;
  putWorker(tables, request.idle);
  return { ...claimed, upkeepInMs: upkeepInMs(tables) };
}

function claimAll(tables: Tables, request: ClaimRequest): ClaimAnswer {
  const now = tables.now();
  const jobs: ProcessingJob[] = [];
  let retryAt: EpochMs = FOREVER;
  for (const { taskType, limit } of request.tasks) {
    const want = Math.min(limit, request.limit - jobs.length);
    if (want <= 0) continue;
    const claimed = claimOfType(tables, { request, taskType, want });
    jobs.push(...claimed.jobs);
    retryAt = toEpochMs(Math.min(retryAt, claimed.retryAt ?? FOREVER));
  }
  return { jobs, retryInMs: retryAt < FOREVER ? retryAt - now : null };
}

function claimOfType(
  tables: Tables,
  { request, taskType, want }: { request: ClaimRequest; taskType: string; want: number },
): TypeClaim {
  const now = tables.now();
  const waiting = tables.jobs.waiting(taskType);
  const ready = waiting.filter((job) => isReady(job, now)).sort(compareClaimOrder);
  const wanted = Math.min(want, ready.length);
  const gates = tables.gates.ofTask(taskType);
  const permits = reserveAll(
    gates.map((gate) => ({ gate, inFlight: countInFlight(tables, gate) })),
    { now, want: wanted },
  );
  const jobs = ready.slice(0, permits.granted).map((job) => claimJob(tables, job, request));
  if (jobs.length > 0)
    for (const gate of permits.nextIfTaken(jobs.length)) if (needsPermits(gate)) tables.gates.put(gate);

  if (jobs.length === want) return { jobs, retryAt: null };
  if (jobs.length < wanted) return { jobs, retryAt: permits.nextPermitAt };
  return { jobs, retryAt: nextDueAt(waiting, gates, now) };
}

function claimJob(tables: Tables, job: WaitingJob, request: ClaimRequest): ProcessingJob {
  const { workerId, claimNonce, leaseMs } = request;
  const event = { type: "claimed", workerId, claimNonce, leaseMs } as const;
  const claimed = applyEvent(tables, job, event, { policy: defaultJobPolicy });
  if (claimed.outcome === "rejected" || claimed.job.status !== "processing")
    throw new Error(`job ${job.id} is ready and cannot be claimed`);
  return { ...claimed.job, payload: copyJson(claimed.job.payload) };
}

/** Live leases of jobs that passed the gate. */
function countInFlight(tables: Tables, gate: Gate): number {
  const now = tables.now();
  return tables.jobs
    .running()
    .filter(
      ({ taskType, lease }) => lease.expiresAt > now && tables.gates.keysOf(taskType).includes(gate.key),
    ).length;
}

function nextDueAt(waiting: readonly WaitingJob[], gates: readonly Gate[], now: EpochMs): EpochMs | null {
  const due = waiting.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
  if (due.length === 0) return null;
  const opens = gates.map((gate) => closedUntil(gate, now) ?? now);
  return toEpochMs(Math.max(Math.min(...due), ...opens));
}
