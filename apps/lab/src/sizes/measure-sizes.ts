import {
  defaultJobPolicy,
  defaultUpkeepPolicy,
  type JobStore,
  makeJobId,
  type NewJob,
  type ProcessingJob,
  taskGateKey,
} from "@sluice/core";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { startPostgres } from "@sluice/testkit/postgres";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";

/** What the catalogue says about a table and its indexes, dead rows included. */
interface Size {
  readonly tableBytes: number;
  readonly indexBytes: number;
}

export interface Sizes {
  readonly done: number;
  /** Finished jobs that are there. */
  readonly kept: number;
  readonly live: Size;
  readonly finished: Size;
}

const taskType = "translate";
const batch = 1_000;

/** Makes, claims and completes jobs, a thousand at a time, with the retention that a worker does; answers the sizes ten times on the way. */
export async function* measureSizes({
  jobs,
  keep,
}: {
  readonly jobs: number;
  readonly keep: number;
}): AsyncGenerator<Sizes> {
  const server = await startPostgres();
  const { url } = await server.createDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const db = drizzle(pool);
  await migrate(db);
  const store = createPostgresStore({ db });
  const showEvery = Math.ceil(jobs / 10 / batch) * batch;
  try {
    for (let done = batch; done <= jobs; done += batch) {
      await store.enqueue(Array.from({ length: batch }, newJob));
      await completeAll(store);
      if (done % (5 * batch) === 0) await prune(store, keep);
      if (done % showEvery === 0) yield { done, ...(await readSizes(db)) };
    }
  } finally {
    await store.close();
    await pool.end();
    await server.stop();
  }
}

function newJob(): NewJob {
  return {
    id: makeJobId(Date.now(), { fraction: Math.random }),
    taskType,
    target: null,
    payload: {
      articleId: "a-1234567",
      lang: "de",
      note: "some hundred bytes of payload, as a usual one has",
    },
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
  };
}

async function completeAll<Tx>(store: JobStore<Tx>): Promise<void> {
  for (;;) {
    const { jobs } = await store.claim({
      ...{ workerId: "w1", leaseMs: 15_000, limit: 500, tasks: [{ taskType, limit: 500 }] },
      claimNonce: Math.floor(Math.random() * Number.MAX_SAFE_INTEGER),
    });
    if (jobs.length === 0) return;
    await store.commit(jobs.map((job) => completed(job)));
  }
}

function completed<Tx>(job: ProcessingJob): Parameters<JobStore<Tx>["commit"]>[0][number] {
  const gate = taskGateKey(taskType);
  return {
    ...{
      job,
      outcome: { type: "succeeded", result: { chars: 40 } },
      elapsedMs: 1,
      jitter: 0.5,
      policy: defaultJobPolicy,
    },
    ...{ gates: [gate], defaultGate: gate, usage: null, asked: false, told: null, save: null },
  };
}

/** As a worker does: step by step until there is nothing more to delete. */
async function prune<Tx>(store: JobStore<Tx>, keepCompletedCount: number): Promise<void> {
  const request = { keep: { ...defaultUpkeepPolicy, keepCompletedCount }, limit: 1_000 };
  while ((await store.prune(request)).deleted === request.limit);
}

async function readSizes(db: NodePgDatabase): Promise<Omit<Sizes, "done">> {
  const sizeOf = async (table: string): Promise<Size> => {
    const { rows } = await db.execute<{ table_bytes: string; index_bytes: string }>(
      sql`select pg_table_size(${table}::regclass) as table_bytes, pg_indexes_size(${table}::regclass) as index_bytes`,
    );
    return { tableBytes: Number(rows[0]?.table_bytes), indexBytes: Number(rows[0]?.index_bytes) };
  };
  const [live, finished] = [await sizeOf("sluice.jobs"), await sizeOf("sluice.finished_jobs")];
  return { kept: await db.$count(sql`sluice.finished_jobs`), live, finished };
}
