import {
  type Clock,
  type FinishedJob,
  type InspectStore,
  isTerminalStatus,
  type Job,
  type JobId,
  type LiveJob,
} from "@sluice/core";

/** Where a job stands after waiting for it. */
export type JobResult =
  | { readonly type: "finished"; readonly job: FinishedJob }
  /** It waits or runs still. */
  | { readonly type: "timed-out"; readonly job: LiveJob }
  | { readonly type: "not-found" };

const firstWaitMs = 20;
const maxWaitMs = 1_000;

/** Asks again and again, ever more slowly, until the job has ended or the time is over. */
export async function waitForResult(
  store: Pick<InspectStore, "getJob">,
  clock: Clock,
  { id, timeoutMs }: { readonly id: JobId; readonly timeoutMs: number },
): Promise<JobResult> {
  const endMs = clock.monotonicMs() + timeoutMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, maxWaitMs)) {
    const job = await store.getJob(id);
    if (job === null) return { type: "not-found" };
    if (isFinished(job)) return { type: "finished", job };
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) return { type: "timed-out", job };
    await new Promise<void>((resolve) => clock.schedule(Math.min(waitMs, leftMs), resolve));
  }
}

function isFinished(job: Job): job is FinishedJob {
  return isTerminalStatus(job.status);
}
