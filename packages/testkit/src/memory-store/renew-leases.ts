import { defaultJobPolicy, type RenewAnswer, type RenewRequest, type WorkerRecord } from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import type { Tables } from "./tables.js";

export function renewLeases(
  tables: Tables,
  { worker, leaseMs, fences }: RenewRequest,
): readonly RenewAnswer[] {
  putWorker(tables, worker);
  return fences.map(({ jobId, leaseNo, claimNonce }) => {
    const job = tables.jobs.get(jobId);
    if (job === undefined) return "lost";
    const event = { type: "lease-renewed", leaseNo, claimNonce, leaseMs } as const;
    const renewed = applyEvent(tables, job, event, { policy: defaultJobPolicy });
    if (renewed.outcome === "rejected" || renewed.job.status !== "processing") return "lost";
    return renewed.job.cancelRequestedAt === null ? "renewed" : "cancel-requested";
  });
}

/** A sign of life. */
export function putWorker(tables: Tables, worker: WorkerRecord): void {
  tables.workers.set(worker.id, { ...worker, seenAt: tables.now() });
}
