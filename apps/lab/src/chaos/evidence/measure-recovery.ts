import type { Attempt, JobId } from "@sluice/core";
import type { ClaimCall } from "@sluice/testkit";
import type { Kill } from "../fleet/worker-slot.js";

/** What became of the jobs that killed workers held, a value for each of them, in ms from the kill. */
export interface Recovery {
  /** Until the lease was taken back: from then on the job can run, if a slot is free and its gates are open. */
  readonly readyMs: readonly number[];
  /** Until the next claim. */
  readonly rerunMs: readonly number[];
}

interface Claimed {
  readonly workerId: string;
  readonly leaseNo: number;
  readonly atMs: number;
}

export function measureRecovery(
  kills: readonly Kill[],
  claims: readonly ClaimCall[],
  attempts: readonly Attempt[],
): Recovery {
  const claimsByJob = new Map<JobId, Claimed[]>();
  for (const { asked, startedAt, answer } of claims)
    for (const { jobId, leaseNo } of answer ?? []) {
      const own = claimsByJob.get(jobId) ?? [];
      claimsByJob.set(jobId, own);
      own.push({ workerId: asked.workerId, leaseNo, atMs: startedAt });
    }
  const killedAt = new Map(kills.map(({ workerId, atMs }) => [workerId, atMs]));
  const recoveries = attempts.flatMap(({ jobId, leaseNo, outcome, endedAt }) => {
    if (outcome !== "lease_lost") return [];
    const own = claimsByJob.get(jobId) ?? [];
    const lost = own.find((claim) => claim.leaseNo === leaseNo);
    const atMs = lost === undefined ? undefined : killedAt.get(lost.workerId);
    const next = own.filter((claim) => claim.leaseNo > leaseNo).map((claim) => claim.atMs);
    // A worker that stood still long before it was killed has lost its jobs by that.
    if (atMs === undefined || endedAt < atMs || next.length === 0) return [];
    return [{ readyMs: endedAt - atMs, rerunMs: Math.min(...next) - atMs }];
  });
  return {
    readyMs: recoveries.map(({ readyMs }) => readyMs),
    rerunMs: recoveries.map(({ rerunMs }) => rerunMs),
  };
}
