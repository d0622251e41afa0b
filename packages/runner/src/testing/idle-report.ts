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

/**
 * What a report is made of, noted while it is there: when the clock is moved far enough, the upkeep between two runs deletes finished
 * jobs, and their ledgers with them.
 */
export interface IdleNotes {
  /** The end of this run is committed. */
  noteRun(job: ProcessingJob): Promise<void>;
  /** So the store looks between two runs. */
  noteWaiting(): Promise<void>;
  report(): Promise<Omit<IdleReport, "waitedMs">>;
}

export function createIdleNotes(store: InspectStore): IdleNotes {
  const runs: TestRun[] = [];
  /** In the order of their last runs. */
  const ended = new Map<JobId, FinishedJob>();
  /** Jobs that waited and have not been seen to end. */
  const open = new Set<JobId>();
  const endedWithoutRun = new Map<JobId, FinishedJob>();

  async function noteWaiting(): Promise<void> {
    const waiting = new Set((await listWaiting(store)).map(({ id }) => id));
    for (const id of open) {
      if (waiting.has(id)) continue;
      open.delete(id);
      const job = await store.getJob(id);
      if (!ended.has(id) && isFinished(job)) endedWithoutRun.set(id, job);
    }
    for (const id of waiting) open.add(id);
  }

  /** As it is now, if it is still there: it may have been taken back to run again. */
  async function latest(noted: FinishedJob): Promise<Job> {
    return (await store.getJob(noted.id)) ?? noted;
  }

  return {
    async noteRun(job) {
      const attempts = await store.listAttempts(job.id);
      const attempt = attempts.find(({ leaseNo }) => leaseNo === job.leaseNo);
      if (attempt !== undefined) runs.push({ ...attempt, job });
      const after = await store.getJob(job.id);
      ended.delete(job.id);
      endedWithoutRun.delete(job.id);
      if (isFinished(after)) ended.set(job.id, after);
    },
    noteWaiting,
    async report() {
      await noteWaiting();
      const jobs: Job[] = [];
      for (const job of [...ended.values(), ...endedWithoutRun.values()]) jobs.push(await latest(job));
      return { runs, finished: jobs.filter(isFinished), waiting: await listWaiting(store) };
    },
  };
}

function isFinished(job: Job | null): job is FinishedJob {
  return job !== null && isTerminalStatus(job.status);
}
