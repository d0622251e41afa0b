import {
  addMs,
  type EnqueueAnswer,
  type EpochMs,
  type GatePolicy,
  type JobStore,
  type NewJob,
  openGate,
  pauseGate,
  resumeGate,
  type SaveTransaction,
  toEpochMs,
  type UpkeepPolicy,
} from "@sluice/core";
import { claimJobs } from "./claim-jobs.js";
import { commitRun } from "./commit-run.js";
import { copyRequest } from "./copy-json.js";
import { enqueueJobs } from "./enqueue-jobs.js";
import { countJobs, getTargetStatus, listJobs } from "./inspect-jobs.js";
import { maintain } from "./maintain.js";
import { cancelJob, retryJob } from "./operate-jobs.js";
import { findPrunable, prune } from "./prune.js";
import { putWorker, renewLeases } from "./renew-leases.js";
import { changeGate, newTables } from "./tables.js";
import { Transactions } from "./transactions.js";

export interface MemoryStoreOptions<Tx> {
  /** Milliseconds since 1970. Default: 2026-01-01T00:00:00Z, standing still. */
  readonly clock?: () => number;
  /** Makes the transaction that a `save` gets: each an object of its own. Default: an empty object. */
  readonly transaction?: () => Tx;
  /**
   * The transaction's writes are to be kept. A transaction for which this is never called was rolled back: the `save`
   * threw, or the job was lost meanwhile.
   */
  readonly onCommit?: (tx: Tx) => void;
  readonly gatePolicy?: Partial<GatePolicy>;
  readonly upkeepPolicy?: Partial<UpkeepPolicy>;
}

export interface MemoryStore<Tx = SaveTransaction> extends JobStore<Tx> {
  /** Moves the store's clock on, beside what its own clock does. */
  advance(ms: number): void;
  /** A transaction of the app's: jobs enqueued in it exist when `work` has succeeded, and do not when it throws. */
  transaction<Answer>(work: (tx: Tx) => Answer | Promise<Answer>): Promise<Answer>;
}

/** 2026-01-01T00:00:00Z */
const startMs = 1_767_225_600_000;

/**
 * A whole job store in memory, deterministic and without timers: for the tests of apps, for simulations, and as the oracle
 * of other stores. It has no rules of its own, those are core's. Every method takes effect at once, before its promise is
 * awaited; only a `save` lets others have their turn.
 */
export function createMemoryStore<Tx = SaveTransaction>(
  options: MemoryStoreOptions<Tx> = {},
): MemoryStore<Tx> {
  const { clock = () => startMs, transaction = newTransaction<Tx>, onCommit = () => undefined } = options;
  let advancedMs = 0;
  const now = (): EpochMs => addMs(toEpochMs(clock()), advancedMs);
  const tables = newTables(now, options);
  const transactions = new Transactions<Tx>(tables, { begin: transaction, onCommit });
  const { jobs, gates, ledger, workers, bell } = tables;

  function enqueueNow(requests: readonly NewJob[]): readonly EnqueueAnswer[] {
    const answers = enqueueJobs(tables, requests);
    bell.ring();
    return answers;
  }

  return {
    supports: { parallelConnections: true, notifications: true },
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`time does not go back, got ${ms} ms`);
      advancedMs += ms;
    },
    transaction: async (work) => {
      const tx = transactions.begin();
      try {
        const answer = await work(tx);
        if (!transactions.canCommit(tx))
          throw new Error("a job with the same key was enqueued meanwhile; run the transaction again");
        transactions.commit(tx);
        return answer;
      } finally {
        transactions.rollback(tx);
        bell.ring();
      }
    },

    enqueue: async (requests, { tx } = {}) => {
      const copies = requests.map(copyRequest);
      return tx === undefined ? enqueueNow(copies) : transactions.enqueue(tx, copies);
    },

    claim: async (request) => claimJobs(tables, request),
    renew: async (request) => renewLeases(tables, request),
    commit: (runs) => Promise.all(runs.map((run) => commitRun(tables, transactions, run))),
    putTaskGates: async (taskType, declarations) => gates.declare(taskType, declarations),
    putWorker: async (worker) => putWorker(tables, worker),
    removeWorker: async (workerId) => void workers.delete(workerId),
    maintain: async (request) => maintain(tables, request),
    listen: async (onWake) => {
      const stop = bell.listen(onWake);
      return async () => stop();
    },

    cancel: async (jobId) => cancelJob(tables, jobId),
    retry: async (jobId) => retryJob(tables, jobId),
    pauseGate: async (key, { forMs }) => operateGate((gate) => pauseGate(gate, { now: now(), forMs }), key),
    resumeGate: async (key) => operateGate(resumeGate, key),
    openGate: async (key) => operateGate((gate) => openGate(gate, { now: now() }), key),
    prune: async (request) => ({ deleted: prune(tables, request) }),

    now: async () => now(),
    getJob: async (jobId) => jobs.get(jobId) ?? null,
    getNextDueJob: async (taskType) =>
      jobs.waiting(taskType).toSorted((one, other) => one.dueAt - other.dueAt)[0] ?? null,
    listJobs: async (query) => listJobs(tables, query),
    countJobs: async (query) => countJobs(tables, query),
    countPrunable: async (keep) => findPrunable(tables, keep).length,
    listAttempts: async (jobId) => ledger.of(jobId).map(({ attempt }) => attempt),
    listGates: async () => gates.all(),
    listTaskGates: async () => gates.allTasks(),
    listWorkers: async () => [...workers.values()],
    getTargetStatus: async (target, taskType) => getTargetStatus(tables, target, taskType),
    close: async () => bell.close(),
  };

  function operateGate(
    change: Parameters<typeof changeGate>[2],
    key: Parameters<typeof changeGate>[1],
  ): ReturnType<typeof changeGate> {
    const gate = changeGate(tables, key, change);
    bell.ring();
    return gate;
  }
}

/** Whoever looks into the transaction makes their own: this one only tells transactions apart. */
function newTransaction<Tx>(): Tx {
  return {} as Tx;
}
