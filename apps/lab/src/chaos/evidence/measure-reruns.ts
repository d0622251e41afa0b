import type { Attempt, JobId } from "@sluice/core";
import type { ClaimCall } from "@sluice/testkit";
import type { Kill } from "../fleet/worker-slot.js";

interface Claimed {
  readonly workerId: string;
  readonly leaseNo: number;
  readonly atMs: number;
}

/** From each kill to the next claim of each job that the killed worker held, in ms. */
export function measureReruns(
  kills: readonly Kill[],
  claims: readonly ClaimCall[],
  attempts: readonly Attempt[],
): readonly number[] {
  const claimsByJob = new Map<JobId, Claimed[]>();
  for (const { asked, startedAt, answer } of claims)
    for (const { jobId, leaseNo } of answer ?? []) {
      const own = claimsByJob.get(jobId) ?? [];
      claimsByJob.set(jobId, own);
      own.push({ workerId: asked.workerId, leaseNo, atMs: startedAt });
    }
  const killedAt = new Map(kills.map(({ workerId, atMs }) => [workerId, atMs]));
  return attempts.flatMap(({ jobId, leaseNo, outcome }) => {
    if (outcome !== "lease_lost") return [];
    const own = claimsByJob.get(jobId) ?? [];
    const lost = own.find((claim) => claim.leaseNo === leaseNo);
    const atMs = lost === undefined ? undefined : killedAt.get(lost.workerId);
    const next = own.filter((claim) => claim.leaseNo > leaseNo).map((claim) => claim.atMs);
    if (atMs === undefined || next.length === 0) return [];
    // A worker that stood still long before it was killed has lost its jobs by that.
    const afterMs = Math.min(...next) - atMs;
    return afterMs > 0 ? [afterMs] : [];
  });
}
