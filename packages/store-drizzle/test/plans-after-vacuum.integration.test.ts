import { defaultJobPolicy, type GateKey, type JobId, noLimits, type RunOutcome } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { openNodePostgres } from "./databases.js";
import { explainEverything, type Scan } from "./explain-everything.js";
import { claimRequest, ended, failure, request, type Store, succeeded, worker } from "./sample-jobs.js";

const batch = 50;
const many = 6_000;
const windowed = "model:acme:main:mt-3" as GateKey;

let database: Awaited<ReturnType<typeof openNodePostgres>>;
let store: Store;
let scansOf: (work: () => Promise<void>) => Promise<readonly Scan[]>;

beforeAll(async () => {
  // One connection, which tells the plans of all that it is asked.
  let hear = (_notice: string): void => undefined;
  const template = inject("migratedDatabase");
  database = await openNodePostgres({ template, connections: 1, onNotice: (notice) => hear(notice) });
  ({ hear, scansOf } = explainEverything(database.db));
  // To count what is kept is to read it: not on every step, but here it would be.
  const upkeepPolicy = { keepCompletedCount: null, keepFailedCount: null };
  store = createPostgresStore({ db: database.db, upkeepPolicy });
  await store.putTaskGates("windowed", [{ key: windowed, limits: { ...noLimits, maxInFlight: 1_000 } }]);
  await fill(2 * many);
  await empty();
  await fill(many);
}, 60_000);
afterAll(async () => {
  await store.close();
  await database.close();
});

/** Jobs, finished ones, ledgers and targets: every kind of row that there is one of for each job. */
async function fill(count: number): Promise<void> {
  const id = sql`(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid`;
  const finishedId = sql`(lpad(to_hex(n), 8, '0') || '-0000-7000-9000-000000000000')::uuid`;
  const numbers = sql`generate_series(1, ${count}::int) as n`;
  await database.db.execute(
    sql`insert into sluice.jobs (id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at,
        state, status, due_at, max_attempts)
      select ${id}, case n % 4 when 0 then 'windowed' else 'plain' end, 'article', n, '{}', 0, n, sluice.now(),
        sluice.now() + interval '1 day', case n % 3 when 0 then 1 else 0 end, 'pending',
        sluice.now() + case n % 3 when 0 then interval '1 hour' else '0' end, 9 from ${numbers}`,
  );
  await database.db.execute(
    sql`insert into sluice.finished_jobs (id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, status,
        attempts, max_attempts, deferrals, deferred_ms, invalid_outputs, lease_no, retried_at_lease_no, finished_at)
      select ${finishedId}, 'plain', 'article', n, '{}', 0, 'f' || n, sluice.now(), 'cancelled', 1, 3, 0, 0, 0, 1, 0, sluice.now()
      from ${numbers}`,
  );
  await database.db.execute(
    sql`insert into sluice.attempts (job_id, lease_no, claim_nonce, outcome, status_after, worker_id, claimed_at, ended_at)
      select ${finishedId}, 0, 1, 'transient', 'retry_ai', 'w1', sluice.now(), sluice.now() from ${numbers}`,
  );
  await database.db.execute(
    sql`insert into sluice.target_statuses (target_type, target_id, task_type, job_id, job_created_at, status, changed_at)
      select 'article', n, case n % 4 when 0 then 'windowed' else 'plain' end, ${id}, sluice.now(), 'pending', sluice.now()
      from ${numbers}`,
  );
}

/** Vacuum comes by just when there is nothing, and notes that; the pages stay. */
async function empty(): Promise<void> {
  for (const table of ["jobs", "finished_jobs", "attempts", "target_statuses"]) {
    await database.db.execute(sql.raw(`alter table sluice.${table} set (autovacuum_enabled = false)`));
    await database.db.execute(sql.raw(`delete from sluice.${table}`));
    await database.db.execute(sql.raw(`vacuum (analyze, truncate off) sluice.${table}`));
  }
}

async function claim(taskType: string) {
  const { jobs } = await store.claim(claimRequest({ limit: batch, tasks: [{ taskType, limit: batch }] }));
  return jobs;
}

let rounds = 0;

/** All that is done to jobs, a batch at a time. */
async function work(): Promise<void> {
  const first = rounds * 10 * batch;
  rounds += 1;
  await runJobs();
  await enqueueKeys(first);
  await operate(first);
  await store.claim(
    claimRequest({ tasks: [{ taskType: "plain", limit: batch }], limit: batch, idle: worker() }),
  );
  await database.db.execute(sql`update sluice.jobs set lease_expires_at = 'epoch' where state = 2`);
  await database.db.execute(
    sql`update sluice.jobs set deadline_at = 'epoch' where id = any (array(select id from sluice.jobs where state <> 2 limit ${batch}))`,
  );
  await database.db.execute(
    sql`update sluice.jobs set due_at = 'epoch' where id = any (array(select id from sluice.jobs where state = 1 limit ${batch}))`,
  );
  await database.db.execute(
    sql`update sluice.finished_jobs set finished_at = 'epoch' where id = any (array(select id from sluice.finished_jobs limit ${batch}))`,
  );
  await store.maintain({ limit: batch, policy: defaultJobPolicy });
}

async function runJobs(): Promise<void> {
  const later: RunOutcome = { type: "transient", waitMs: 3_600_000, failure };
  const never: RunOutcome = { type: "permanent", failure };
  for (const outcome of [succeeded, later, never])
    for (const taskType of ["plain", "windowed"]) {
      const jobs = await claim(taskType);
      expect(jobs).toHaveLength(batch);
      const fences = jobs.map(({ id, leaseNo, lease }) => ({
        jobId: id,
        leaseNo,
        claimNonce: lease.claimNonce,
      }));
      await store.renew({ worker: worker(), leaseMs: 15_000, fences });
      const runs = jobs.map((job) => ended(job, outcome));
      await store.commit(runs);
      // The answer was lost, say: they are looked for among what has ended.
      await store.commit(runs);
    }
  const [saved] = await claim("plain");
  if (saved !== undefined) await store.commit([ended(saved, succeeded, { save: async () => undefined })]);
}

/** Keys of live jobs, in each way, and new ones. */
async function enqueueKeys(first: number): Promise<void> {
  for (const mode of ["keep", "replace"] as const)
    await store.enqueue(
      Array.from({ length: batch }, (_, index) => {
        const id = String(many - first - index);
        return request({ taskType: "plain", target: { type: "article", id }, dedupe: { key: id, mode } });
      }),
    );
}

async function operate(first: number): Promise<void> {
  const idOf = (kind: 8 | 9, n: number) =>
    `${n.toString(16).padStart(8, "0")}-0000-7000-${kind}000-000000000000` as JobId;
  const live = idOf(8, many - first - 2 * batch);
  await store.getJob(live);
  await store.cancel(live);
  const finished = idOf(9, first + 1);
  await store.listAttempts(finished);
  expect(await store.retry(finished)).toMatchObject({ type: "done" });
  const target = { type: "article", id: String(first + 1) };
  await store.getTargetStatus(target, "plain");
  await store.listJobs({ target, limit: 10 });
  await store.listJobs({ limit: 10 });
  await store.getNextDueJob("plain");
}

test.each(["force_custom_plan", "force_generic_plan"])(
  "no statement reads more of a table than it was asked for when vacuum saw all of them empty (%s)",
  async (mode) => {
    await database.db.execute(sql.raw(`set plan_cache_mode = ${mode}`));
    const scans = await scansOf(work);
    const statements = new Set(scans.map(({ statement }) => statement));
    // Of which each has to have been run for the rest to mean anything.
    expect(statements.size).toBeGreaterThan(30);
    const wide = scans.filter(({ rows }) => rows > 3 * batch);
    expect(
      wide.map(({ statement, table, rows, plan }) => `${statement}: ${rows} of ${table}\n${plan}`),
    ).toEqual([]);
  },
);
