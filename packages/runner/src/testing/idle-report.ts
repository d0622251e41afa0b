import {
  type Attempt,
  type FinishedJob,
  type InspectStore,
  isTerminalStatus,
  type Job,
  type JobId,
  type ProcessingJob,
  type WaitingJob,
} from "@sluice/core";
import { listWaiting } from "./list-waiting.js";

/** What has happened until nothing was left that could run. */
export interface IdleReport {
  /** Every run, in the order in which they were committed. */
  readonly runs: readonly TestRun[];
  /** The jobs that ended meanwhile, in that order; those that ended without a run (past their deadline, say) come last. */
  readonly finished: readonly FinishedJob[];
  /** Jobs of any type that wait still, oldest first: due later, paused, or without a handler here. */
  readonly waiting: readonly WaitingJob[];
  /** How far the clock was moved, while nothing ran. */
  readonly waitedMs: number;
}

/** One run: what the attempt ledger says of it, and the job as its handler got it. */
export interface TestRun extends Attempt {
  readonly job: ProcessingJob;
}

/** `ran`: the jobs of all runs that are in the store, in the order in which they came there. `seen`: other jobs that waited. */
export async function readIdleReport(
  store: InspectStore,
  { ran, seen }: { readonly ran: readonly ProcessingJob[]; readonly seen: ReadonlySet<JobId> },
): Promise<Omit<IdleReport, "waitedMs">> {
  const runs: TestRun[] = [];
  for (const job of ran) {
    const attempts = await store.listAttempts(job.id);
    const attempt = attempts.find(({ leaseNo }) => leaseNo === job.leaseNo);
    if (attempt !== undefined) runs.push({ ...attempt, job });
  }
  const byLastRun = new Set(ran.map(({ id }) => id).reverse());
  const jobs: (Job | null)[] = [];
  for (const id of new Set([...[...byLastRun].reverse(), ...seen])) jobs.push(await store.getJob(id));
  return { runs, finished: jobs.filter(isFinished), waiting: await listWaiting(store) };
}

function isFinished(job: Job | null): job is FinishedJob {
  return job !== null && isTerminalStatus(job.status);
}
