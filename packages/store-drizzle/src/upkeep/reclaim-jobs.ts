import type { JobPolicy } from "@sluice/core";
import type { Session } from "../sql/session.js";
import { type Swept, sweep, sweepStatement } from "./sweep.js";

// Locks like every sweep, and may be repeated like it. The index of leases, from the one that ran out first.
const expired = sweepStatement("lock_expired_leases", {
  condition: "j.state = 2 and j.lease_expires_at <= (select now from clock)",
  order: "j.lease_expires_at",
});

/** Takes back the jobs whose workers have not renewed their leases. */
export async function reclaimJobs(
  session: Session,
  { limit, policy }: { readonly limit: number; readonly policy: JobPolicy },
): Promise<Swept> {
  return sweep(
    session,
    { statement: expired, values: [limit] },
    (job, now) => {
      if (job.status !== "processing") return null;
      return {
        type: "lease-expired",
        leaseNo: job.leaseNo,
        elapsedMs: Math.max(0, now - job.lease.claimedAt),
      };
    },
    policy,
  );
}
