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
import { LookDebt } from "./claim/look-debt.js";
import { lookWhileIdle } from "./claim/look-while-idle.js";
import { LowWater } from "./claim/low-water.js";
import { PacedTypes } from "./claim/paced-types.js";
import { commitRuns } from "./commit/commit-runs.js";
import { createEnqueuer } from "./enqueue/enqueuer.js";
import { changeGates, type GateChange } from "./gates/change-gates.js";
import { putTaskGates } from "./gates/put-task-gates.js";
import { countJobs } from "./inspect/count-jobs.js";
import { getJob, readNow } from "./inspect/get-job.js";
import { getNextDueJob } from "./inspect/get-next-due-job.js";
import { getTargetStatus } from "./inspect/get-target-status.js";
import { listAttempts } from "./inspect/list-attempts.js";
import { listGates, listTaskGates } from "./inspect/list-gates.js";
import { listJobs } from "./inspect/list-jobs.js";
import { cancelJob, retryJob } from "./operate/operate-jobs.js";
import { replay } from "./sql/replay.js";
import { openStoreSession } from "./sql/store-session.js";
import { createTurnstile } from "./sql/turnstile.js";
import type { DrizzleTransaction } from "./transaction.js";
import { LastCounted } from "./upkeep/last-counted.js";
import { maintain } from "./upkeep/maintain.js";
import { countPrunable, pruneJobs } from "./upkeep/prune-jobs.js";
import { listenOverPostgres } from "./wake/listen-over-postgres.js";
import type { ListenSource } from "./wake/listen-source.js";
import { createWakeLine } from "./wake/wake-line.js";
import { renewLeases } from "./workers/renew-leases.js";
import { listWorkers, putWorker, removeWorker } from "./workers/workers.js";

export interface PostgresStoreOptions {
  /**
   * The app's own Drizzle database, over postgres.js, node-postgres or PGlite. `migrate` must have been called on it.
   *
   * What a driver does when a connection dies is the driver's: postgres.js 3.4.9 ends the process when that happens in a
   * transaction (porsager/postgres#1208). `createPool` of `@sluice/store-drizzle/node-postgres` makes a pool that lives on.
   */
  readonly db: DrizzleTransaction;
  /**
   * How to hear that there is something to do: a connection string, for one more connection that listens (needs the package
   * `pg`; not by way of a pooler that hands connections on), or a PGlite client. Without it, or when nothing comes that way,
   * workers find work by polling.
   */
  readonly listen?: string | ListenSource;
  /**
   * Whether statements are prepared once per connection, which makes them a quarter faster. `false` for a pooler that does
   * not track them: PgBouncer before 1.21, or with `max_prepared_statements = 0`. Default `true`.
   */
  readonly prepare?: boolean;
  /** What an operator should know, although the store goes on. By default it is a warning of the process. */
  readonly onWarning?: (warning: StoreWarning) => void;
  readonly gatePolicy?: Partial<GatePolicy>;
  readonly upkeepPolicy?: Partial<UpkeepPolicy>;
  /**
   * How long, in the transaction in which a run's `save` writes, a statement may take or leave the transaction idle; half of it for
   * a lock, and four fifths for the whole `save`, which is a failed attempt after that. In ms, default 30,000.
   */
  readonly saveTimeoutMs?: number;
  /**
   * How many runs with a `save` are written at a time, each on a connection of its own: fewer than the pool has, so that slow
   * ones leave some for claims and renewals. Default 5.
   */
  readonly maxSaves?: number;
}

export interface StoreWarning {
  /** `polling-only`: LISTEN succeeded, but nothing is heard. `listener-lost`: it will be made anew. `listener-returned`: it was. */
  readonly code: "polling-only" | "listener-lost" | "listener-returned";
  readonly message: string;
  readonly cause?: unknown;
}

/**
 * The job store on Postgres. It decides nothing: it selects, locks and writes what core's functions say, on the database's clock. It
 * uses the connections of `db` and never closes them; `close` ends what the store itself has opened.
 */
export function createPostgresStore(options: PostgresStoreOptions): JobStore<DrizzleTransaction> {
  const { db, listen, prepare = true, saveTimeoutMs = 30_000, onWarning = warnProcess } = options;
  const gatePolicy = { ...defaultGatePolicy, ...options.gatePolicy };
  const upkeepPolicy = { ...defaultUpkeepPolicy, ...options.upkeepPolicy };
  const saves = createTurnstile(options.maxSaves ?? 5);
  const session = openStoreSession(db, { prepare });
  const paced = new PacedTypes();
  const lowWater = new LowWater();
  const debt = new LookDebt();
  const counted = new LastCounted({ waitMs: 30_000 + 60_000 * Math.random() });
  const source = typeof listen === "string" ? listenTo(listen) : (listen ?? null);
  const line = createWakeLine(session, {
    source,
    onDeaf: () =>
      onWarning({
        code: "polling-only",
        message:
          "LISTEN succeeded, but what this process notifies does not come back, so its workers poll: `listen` must lead to the same database, and past poolers in transaction mode",
      }),
  });
  const enqueuer = createEnqueuer(session, { prepare, onWake: line.send });

  function listenTo(connectionString: string): ListenSource {
    return listenOverPostgres({
      connectionString,
      onLost: (cause) =>
        onWarning({
          code: "listener-lost",
          message: `the connection that listens was lost (${cause?.message ?? "closed by the server"}): workers poll until it is back`,
          cause,
        }),
      onReturn: () => {
        onWarning({ code: "listener-returned", message: "the connection that listens is back" });
        void wakeEverybody();
      },
    });
  }

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
    supports: {
      parallelConnections: !isSingleConnection(db),
      get notifications() {
        return line.hearsOthers;
      },
    },
    close: async () => {
      await enqueuer.idle();
      await line.close();
    },

    enqueue: (jobs: readonly NewJob[], { tx } = {}): Promise<readonly EnqueueAnswer[]> =>
      enqueuer.enqueue(jobs, tx ?? null),

    claim: async (request) => {
      const claim = () => claimJobs(session, { paced, lowWater, debt }, request);
      if (request.idle === undefined) return await claim();
      const { nothing, upkeepInMs } = await lookWhileIdle(session, request.idle, request);
      return nothing ?? { ...(await claim()), upkeepInMs };
    },
    renew: (request) => renewLeases(session, request),
    commit: (runs) => commitRuns(session, paced, runs, { gatePolicy, saveTimeoutMs, saves, onWake: woken }),
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
    getNextDueJob: (taskType) => getNextDueJob(session, taskType),
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

function warnProcess({ code, message }: StoreWarning): void {
  process.emitWarning(message, { type: "SluiceWarning", code });
}
