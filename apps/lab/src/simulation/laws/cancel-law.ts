import type { Job, JobId } from "@sluice/core";
import type { WorkerEvent } from "@sluice/runner";

/** A running job that is to be cancelled is told so at once, where nothing is lost on the way. */
export interface CancelLaw {
  noteCancel(job: Job): void;
  hear(event: WorkerEvent): void;
  /** Cancelled for so long, still held under the same lease, and its handler has not been told. */
  findUntold(jobs: ReadonlyMap<JobId, Job>): readonly string[];
}

/** Enough for a wake-up and a renewal. */
const patienceMs = 2_000;

export function createCancelLaw(nowMs: () => number): CancelLaw {
  const asked = new Map<JobId, { readonly leaseNo: number; readonly atMs: number }>();
  const told = new Set<string>();
  return {
    noteCancel({ id, status, leaseNo }) {
      if (status === "processing" && !asked.has(id)) asked.set(id, { leaseNo, atMs: nowMs() });
    },
    hear(event) {
      if (event.type === "run-aborted" || event.type === "run-succeeded" || event.type === "run-failed")
        told.add(`${event.job.id} ${event.job.leaseNo}`);
    },
    findUntold(jobs) {
      const faults: string[] = [];
      for (const [id, { leaseNo, atMs }] of asked) {
        const job = jobs.get(id);
        const isHeld = job?.status === "processing" && job.leaseNo === leaseNo;
        if (!isHeld || told.has(`${id} ${leaseNo}`)) asked.delete(id);
        else if (nowMs() - atMs >= patienceMs)
          faults.push(`${id} was cancelled, and its handler does not know`);
      }
      return faults;
    },
  };
}
