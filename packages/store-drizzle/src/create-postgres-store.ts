import {
  defaultGatePolicy,
  defaultUpkeepPolicy,
  type EnqueueAnswer,
  type Gate,
  type GateKey,
  type GatePolicy,
  type JobStore,
  type NewJob,
  openGate,
  pauseGate,
  resumeGate,
  type UpkeepPolicy,
  type Wake,
} from "@sluice/core";
import { claimJobs } from "./claim/claim-jobs.js";
import { LowWater } from "./claim/low-water.js";
import { PacedTypes } from "./claim/paced-types.js";
import { commitRuns } from "./commit/commit-runs.js";
import { createEnqueuer } from "./enqueue/enqueuer.js";
import { changeGates, type GateChange } from "./gates/change-gates.js";
import { putTaskGates } from "./gates/put-task-gates.js";
import { countJobs } from "./inspect/count-jobs.js";
import { getJob, readNow } from "./inspect/get-job.js";
import { getTargetStatus } from "./inspect/get-target-status.js";
import { listAttempts } from "./inspect/list-attempts.js";
import { listGates, listTaskGates } from "./inspect/list-gates.js";
import { listJobs } from "./inspect/list-jobs.js";
import { cancelJob, retryJob } from "./operate/operate-jobs.js";
import { replay } from "./sql/replay.js";
import { openSession } from "./sql/session.js";
import type { DrizzleTransaction } from "./transaction.js";
import { LastCounted } from "./upkeep/last-counted.js";
import { maintain } from "./upkeep/maintain.js";
import { countPrunable, pruneJobs } from "./upkeep/prune-jobs.js";
import { type ListenSource, listenOverPostgres } from "./wake/listen-source.js";
import { createWakeLine } from "./wake/wake-line.js";
import { renewLeases } from "./workers/renew-leases.js";
import { listWorkers, putWorker, removeWorker } from "./workers/workers.js";

export interface PostgresStoreOptions {
  /**
   * The app's own Drizzle database, over postgres.js, node-postgres or PGlite. `migrate` must have been called on it.
   *
   * What the drivers do when a connection dies in a transaction is the app's to know: postgres.js 3.4.9 ends the process
   * (porsager/postgres#1208); node-postgres does so only while nobody listens to the `error` events of the pool and of its clients
   * (`pool.on("connect", (client) => client.on("error", …))`).
   */
  readonly db: DrizzleTransaction;
  /**
   * How to hear that there is something to do: a connection string, for one more connection that listens (needs the package
   * `postgres`), or a PGlite client. Without it, workers find work by polling, and at once only what this store enqueues.
   */
  readonly listen?: string | ListenSource;
  /** Whether statements are prepared once per connection. `false` for a PgBouncer that does not track them. Default `true`. */
  readonly prepare?: boolean;
  readonly gatePolicy?: Partial<GatePolicy>;
  readonly upkeepPolicy?: Partial<UpkeepPolicy>;
  /**
   * How long, in the transaction in which a run's `save` writes, a statement may take or leave the transaction idle; half of it for
   * a lock, and four fifths for the whole `save`, which is a failed attempt after that. In ms, default 30,000.
   */
  readonly saveTimeoutMs?: number;
}

/**
 * The job store on Postgres. It decides nothing: it selects, locks and writes what core's functions say, on the database's clock. It
 * uses the connections of `db` and never closes them; `close` ends what the store itself has opened.
 */
export function createPostgresStore(options: PostgresStoreOptions): JobStore<DrizzleTransaction> {
  const { db, listen, prepare = true, saveTimeoutMs = 30_000 } = options;
  const gatePolicy = { ...defaultGatePolicy, ...options.gatePolicy };
  const upkeepPolicy = { ...defaultUpkeepPolicy, ...options.upkeepPolicy };
  const session = openSession(db, { prepare });
  const paced = new PacedTypes();
  const lowWater = new LowWater();
  const counted = new LastCounted();
  const source =
    typeof listen === "string" ? listenOverPostgres(listen, () => void wakeEverybody()) : (listen ?? null);
  const line = createWakeLine(session, source);
  const enqueuer = createEnqueuer(session, { prepare, onWake: line.send });

  /** Whatever was said while nobody listened: there may be work of any type. */
  async function wakeEverybody(): Promise<void> {
    const taskGates = await listTaskGates(session).catch(() => []);
    line.send([{ type: "jobs", taskTypes: taskGates.map(({ taskType }) => taskType) }]);
  }

  function woken(wakes: readonly Wake[]): void {
    if (wakes.some(({ type }) => type === "gate")) paced.forget();
    line.send(wakes);
  }

  async function operateGate(key: GateKey, change: GateChange["change"]): Promise<Gate> {
    const { gates, wakes } = await replay(() =>
      session.transaction((tx) => changeGates(tx, [{ key, change }])),
    );
    woken(wakes);
    const [gate] = gates;
    if (gate === undefined) throw new Error(`gate ${key} was not made`);
    return gate;
  }

  return {
    supports: { parallelConnections: !isSingleConnection(db), notifications: source !== null },
    close: async () => {
      await enqueuer.idle();
      await line.close();
    },

    enqueue: (jobs: readonly NewJob[], { tx } = {}): Promise<readonly EnqueueAnswer[]> =>
      enqueuer.enqueue(jobs, tx ?? null),

    claim: (request) => claimJobs(session, { paced, lowWater }, request),
    renew: (request) => renewLeases(session, request),
    commit: async (runs) => {
      const { answers, wakes } = await commitRuns(session, paced, runs, { gatePolicy, saveTimeoutMs });
      woken(wakes);
      return answers;
    },
    putTaskGates: async (taskType, declared) => {
      woken(await replay(() => putTaskGates(session, taskType, declared)));
      paced.forget();
    },
    putWorker: (worker) => putWorker(session, worker),
    removeWorker: (workerId) => removeWorker(session, workerId),
    maintain: async (request) => {
      const { answer, wakes } = await maintain(session, request, { upkeep: upkeepPolicy, counted });
      woken(wakes);
      return answer;
    },
    listen: (onWake) =>
      line.listen((wake) => {
        if (wake.type === "gate") paced.forget();
        onWake(wake);
      }),

    cancel: async (jobId) => {
      const { answer, wakes } = await cancelJob(session, jobId);
      woken(wakes);
      return answer;
    },
    retry: async (jobId) => {
      const { answer, wakes } = await retryJob(session, jobId);
      woken(wakes);
      return answer;
    },
    pauseGate: (key, { forMs }) => operateGate(key, (gate, now) => pauseGate(gate, { now, forMs })),
    resumeGate: (key) => operateGate(key, resumeGate),
    openGate: (key) => operateGate(key, (gate, now) => openGate(gate, { now })),
    prune: async (request) => ({ deleted: await pruneJobs(session, request, new LastCounted()) }),

    now: () => readNow(session),
    getJob: (jobId) => getJob(session, jobId),
    listJobs: (query) => listJobs(session, query),
    countJobs: (query) => countJobs(session, query),
    countPrunable: (keep) => countPrunable(session, keep),
    listAttempts: (jobId) => listAttempts(session, jobId),
    listGates: () => listGates(session),
    listTaskGates: () => listTaskGates(session),
    listWorkers: () => listWorkers(session),
    getTargetStatus: (target, taskType) => getTargetStatus(session, target, taskType),
  };
}

/** PGlite is one connection: transactions come one after another. */
function isSingleConnection(db: DrizzleTransaction): boolean {
  return (
    "$client" in db && typeof db.$client === "object" && db.$client !== null && "dumpDataDir" in db.$client
  );
}
