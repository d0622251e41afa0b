import { isLiveWorker, type JobStore } from "@sluice/core";
import type { Worker } from "@sluice/runner";
import { rationReads } from "../ration-reads.js";

/** Whether this process does its work. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not, in words for people; nothing that only the operator should know. */
  readonly reasons: readonly string[];
}

/** Anybody may ask, as often as they like: the database is asked once a second at most. */
const ration = { restMs: 1_000, restFactor: 1, patienceMs: 2_000, usableMs: 10_000 };

interface DatabaseState {
  readonly pending: readonly string[];
  readonly isKnown: boolean;
}

/** The database answers, its tables are those that this version needs, and the worker runs, asks for jobs, and is known as live. */
export function createReadinessCheck<Tx>({
  store,
  pendingMigrations,
  worker,
  isLoopAlive,
}: {
  readonly store: JobStore<Tx>;
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly worker: Worker;
  readonly isLoopAlive: () => boolean;
}): () => Promise<Readiness> {
  const read = rationReads(async (): Promise<DatabaseState> => {
    const pending = await pendingMigrations();
    if (pending.length > 0) return { pending, isKnown: false };
    const [workers, now] = await Promise.all([store.listWorkers(), store.now()]);
    return { pending, isKnown: workers.some((one) => one.id === worker.id && isLiveWorker(one, now)) };
  }, ration);

  return async () => {
    const { value, failure, isLate } = await read();
    const { phase } = worker.status;
    const reasons: string[] = [];
    if (phase !== "working") reasons.push(`the worker is ${phase}`);
    if (!isLoopAlive()) reasons.push("the worker has not asked for jobs for too long");
    if (failure !== null) reasons.push("the database cannot be reached");
    else if (isLate) reasons.push("the database does not answer in time");
    else if (value !== null && value.pending.length > 0)
      reasons.push(`the database lacks migrations: ${value.pending.join(", ")}`);
    else if (phase === "working" && value?.isKnown === false)
      reasons.push("the worker has given no sign of life in the database for too long");
    return { ready: reasons.length === 0, reasons };
  };
}
