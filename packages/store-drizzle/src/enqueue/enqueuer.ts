import type { EnqueueAnswer, NewJob, Wake } from "@sluice/core";
import { isRefusedData, isTimeout } from "../sql/database-error.js";
import { replay } from "../sql/replay.js";
import { openSession, type Session } from "../sql/session.js";
import type { DrizzleTransaction } from "../transaction.js";
import { coalesce } from "./coalesce.js";
import { type Enqueued, enqueueJobs, mayReplace } from "./enqueue-jobs.js";

export interface Enqueuer {
  readonly enqueue: (
    jobs: readonly NewJob[],
    tx: DrizzleTransaction | null,
  ) => Promise<readonly EnqueueAnswer[]>;
  /** Resolves when nothing is on its way any more. */
  readonly idle: () => Promise<void>;
}

const maxRows = 1_000;

/** Chooses the cheapest way that keeps the promise: all jobs or none. */
export function createEnqueuer(
  session: Session,
  { prepare, onWake }: { readonly prepare: boolean; readonly onWake: (wakes: readonly Wake[]) => void },
): Enqueuer {
  const shared = {
    run: async (requests: readonly NewJob[]) => told(await enqueueJobs(session, requests)),
    maxItems: maxRows,
    maxInFlight: 2,
  };
  // Large payloads of many at once may be more than one text can hold.
  const isFaultOfOne = (error: unknown) => isRefusedData(error) || error instanceof RangeError;
  const singles = coalesce<NewJob, EnqueueAnswer>({ ...shared, isFaultOfOne });
  // Of their own, since they may have to wait for a transaction that has made a job with the same key.
  const keyed = coalesce<NewJob, EnqueueAnswer>({
    ...shared,
    isFaultOfOne: (error) => isFaultOfOne(error) || isTimeout(error),
  });

  function told({ answers, wakes }: Enqueued): readonly EnqueueAnswer[] {
    onWake(wakes);
    return answers;
  }

  return {
    enqueue: async (jobs, tx) => {
      const [first, ...others] = jobs;
      if (first === undefined) return [];
      // Nobody is woken from inside the app's transaction: it may yet be rolled back, and a notification would hold up its commit.
      if (tx !== null) return (await enqueueInChunks(openSession(tx, { prepare }), jobs)).answers;
      if (others.length === 0 && !mayReplace(jobs))
        return [await (first.dedupe === null ? singles : keyed).add(first)];
      if (jobs.length <= maxRows && jobs.every(({ dedupe }) => dedupe === null))
        return told(await enqueueJobs(session, jobs));
      return told(await replay(() => session.transaction((own) => enqueueInChunks(own, jobs))));
    },
    idle: async () => {
      await Promise.all([singles.idle(), keyed.idle()]);
    },
  };
}

/** Requests with the same key are answered in their order, in different chunks as well. */
async function enqueueInChunks(session: Session, jobs: readonly NewJob[]): Promise<Enqueued> {
  const parts: Enqueued[] = [];
  for (let start = 0; start < jobs.length; start += maxRows)
    parts.push(await enqueueJobs(session, jobs.slice(start, start + maxRows)));
  return { answers: parts.flatMap(({ answers }) => answers), wakes: parts.flatMap(({ wakes }) => wakes) };
}
