import { defaultJobPolicy, type GateKey, noLimits, type ProcessingJob, type RunOutcome } from "@sluice/core";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { migrated, openRealDatabase } from "./databases.js";
import { claimRequest, ended, failure, request, succeeded, worker } from "./sample-jobs.js";

const taskTypes = ["plain", "keyed", "paced"];
const modelGate = "model:acme:main:mt-2" as GateKey;

/** What a run comes to: mostly success, with all that makes stores write to one another's rows. */
function outcomeOf(draw: number): RunOutcome {
  if (draw < 0.1) return { type: "transient", waitMs: 0, failure };
  if (draw < 0.2) return { type: "rate_limited", scope: "minute", waitMs: 250, gateKey: modelGate, failure };
  if (draw < 0.3) return { type: "released" };
  if (draw < 0.35) return { type: "permanent", failure };
  return succeeded;
}

test("many workers, enqueuers and operators at once lose no job, count each attempt, and never wait in a circle", async () => {
  const database = await migrated(openRealDatabase({ connections: 12 }));
  const { db } = database;
  const store = createPostgresStore({ db });
  await db.execute(sql`create table saved (job_id uuid not null, lease_no int not null)`);
  await store.putTaskGates("paced", [{ key: modelGate, limits: { ...noLimits, requestsPerMinute: 60_000 } }]);
  await store.putWorker(worker({ taskTypes, liveForMs: 60_000 }));
  const made = new Set<string>();

  async function enqueueSome(round: number): Promise<void> {
    const requests = Array.from({ length: 12 }, (_, index) => {
      const isKeyed = index % 3 === 1;
      const mode = (["keep", "replace", "rerun"] as const)[(round + index) % 3] ?? "keep";
      return request({
        taskType: taskTypes[index % 3] ?? "plain",
        target: { type: "article", id: `a${(round * 5 + index) % 7}` },
        maxAttempts: 50,
        dedupe: isKeyed ? { key: `k${(round + index * 5) % 9}`, mode } : null,
      });
    });
    for (const { id, outcome } of await store.enqueue(requests)) if (outcome === "created") made.add(id);
  }

  async function work(index: number): Promise<void> {
    const tasks = taskTypes.map((_, turn) => ({
      taskType: taskTypes[(turn + index) % 3] ?? "plain",
      limit: 10,
    }));
    const { jobs } = await store.claim(claimRequest({ workerId: `w${index}`, limit: 10, tasks }));
    const runs = jobs.map((job) => {
      const outcome = outcomeOf(Math.random());
      const gates =
        job.taskType === "paced" ? ["task:paced" as GateKey, modelGate] : [`task:${job.taskType}` as GateKey];
      return ended(job, outcome, { gates, save: Math.random() < 0.4 ? save(job) : null });
    });
    const answers = await store.commit(runs);
    expect(answers.every(({ type }) => type === "committed")).toBe(true);
    if (jobs[0] !== undefined && Math.random() < 0.2) await store.cancel(jobs[0].id);
  }

  const save = (job: ProcessingJob) => async (tx: DrizzleTransaction) =>
    void (await tx.execute(sql`insert into saved values (${job.id}, ${job.leaseNo})`));

  const upkeep = () => store.maintain({ limit: 50, policy: defaultJobPolicy });
  for (let round = 0; round < 12; round++)
    await Promise.all([
      ...Array.from({ length: 3 }, (_, index) => enqueueSome(round * 3 + index)),
      ...Array.from({ length: 5 }, (_, index) => work(round + index)),
      upkeep(),
      upkeep(),
    ]);

  const [counted, listed] = [await store.countJobs(), await db.$count(sql`sluice.all_jobs`)];
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(listed);
  for (const id of made) expect(await store.getJob(id as ProcessingJob["id"]), id).not.toBeNull();
  // What a save wrote is there exactly for the runs that the ledger calls succeeded.
  const orphans = sql`saved s where not exists (select from sluice.all_attempts a
    where a.job_id = s.job_id and a.lease_no = s.lease_no and a.outcome = 'succeeded')`;
  expect(await db.$count(orphans)).toBe(0);
  const miscounted = sql`sluice.all_jobs j where j.status <> 'processing' and j.attempts <> (
    select count(*) from sluice.all_attempts a where a.job_id = j.id and a.lease_no > j.retried_at_lease_no
      and a.outcome not in ('rate_limited', 'released'))`;
  expect(await db.$count(miscounted)).toBe(0);
  const misled = sql`sluice.target_statuses t join sluice.all_jobs j on j.id = t.job_id
    where j.status not in (t.status, 'processing')`;
  expect(await db.$count(misled)).toBe(0);
  await store.close();
  await database.close();
}, 60_000);

test("who enqueues without a key does not wait for a transaction that has made a job with one", async () => {
  const database = await migrated(openRealDatabase({ connections: 6 }));
  const { db } = database;
  const store = createPostgresStore({ db });
  const dedupe = { key: "hot", mode: "keep" } as const;
  const first = request({ dedupe });
  let end = () => {};
  const mayEnd = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const app = db.transaction(async (tx) => {
    await store.enqueue([first], { tx });
    begun();
    await mayEnd;
  });
  await hasBegun;
  const waiting = [0, 1, 2].map(() => store.enqueue([request({ dedupe })]));
  const others = [0, 1, 2].map(() => store.enqueue([request()]));
  expect((await Promise.all(others)).flat()).toMatchObject(others.map(() => ({ outcome: "created" })));
  end();
  await app;
  expect((await Promise.all(waiting)).flat()).toEqual(waiting.map(() => ({ id: first.id, outcome: "kept" })));
  await store.close();
  await database.close();
});
