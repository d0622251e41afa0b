import { addMs, type ProcessingJob } from "@sluice/core";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimJobs } from "../src/claim/claim-jobs.js";
import { claimUnpaced } from "../src/claim/claim-unpaced.js";
import { lookAhead } from "../src/claim/look-ahead.js";
import { LookDebt } from "../src/claim/look-debt.js";
import { LowWater } from "../src/claim/low-water.js";
import { PacedTypes } from "../src/claim/paced-types.js";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { arrayLiteral } from "../src/sql/array-literal.js";
import { openSession } from "../src/sql/session.js";
import { migrated, openRealDatabase } from "./databases.js";
import { explainPrepared, withoutLog } from "./explain.js";
import { claimRequest, ended, request, type Store, succeeded } from "./sample-jobs.js";

let database: Awaited<ReturnType<typeof openRealDatabase>>;
let store: Store;
beforeAll(async () => {
  // One connection, so that what is prepared can be looked at.
  database = await migrated(openRealDatabase({ connections: 1 }));
  store = createPostgresStore({ db: database.db });
  await withoutLog(database.db);
  await database.db.execute(sql`alter table sluice.jobs set (autovacuum_enabled = off)`);
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const tasks = (limit: number) => [{ taskType: "translate", limit }];

/** Before which 1,000 jobs are ready, the entries of 300,000 that are gone. */
async function fillBehindDeadEntries(): Promise<void> {
  const { db } = database;
  await db.execute(sql`delete from sluice.jobs`);
  await db.execute(sql`
    insert into sluice.jobs (id, task_type, payload, priority, created_at, state, status, due_at, max_attempts)
    select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 'translate', '{}', 0, sluice.now(), 0, 'pending',
      sluice.now() - (301000 - n) * interval '1 ms', 3 from generate_series(1, 301000) as n`);
  await db.execute(
    sql`delete from sluice.jobs where due_at < (select min(due_at) + interval '300 seconds' from sluice.jobs)`,
  );
}

/** What a claim of ten, and a look at what is to come, read after such a claim: from the mark that it left, and without one. */
async function buffersAfterAClaim() {
  const { db } = database;
  const session = openSession(db, { prepare: true });
  const memory = {
    paced: new PacedTypes(),
    debt: new LookDebt(),
    lowWater: new LowWater({ monotonicMs: () => 0 }),
  };
  const { jobs } = await claimJobs(session, memory, claimRequest({ limit: 10, tasks: tasks(10) }));
  await store.commit(jobs.map((job) => ended(job, succeeded)));
  expect(jobs).toHaveLength(10);
  const buffersOf = async (lowWater: LowWater) => {
    const columns = lowWater.columns(["translate"]);
    const asked = ["{translate}", "{10}", 10, "w1", 1, 15_000, ...columns];
    const claimed = await explainPrepared(db, claimUnpaced.text, asked);
    const looked = await explainPrepared(db, lookAhead.text, [arrayLiteral(["translate"]), ...columns]);
    return { claim: claimed.buffers, look: looked.buffers };
  };
  return { marked: await buffersOf(memory.lowWater), whole: await buffersOf(new LowWater()) };
}

test("while an old transaction is held open, claims do not go over the 300,000 jobs that it keeps from vacuum", async () => {
  const old = postgres(database.url, { max: 1 });
  await old.unsafe("begin isolation level repeatable read");
  await old.unsafe("select count(*) from sluice.jobs");
  await fillBehindDeadEntries();
  const { marked, whole } = await buffersAfterAClaim();
  expect(whole.claim).toBeGreaterThan(3_000);
  expect(marked.claim).toBeLessThan(300);
  expect(whole.look).toBeGreaterThan(3_000);
  expect(marked.look).toBeLessThan(50);
  await old.end();
}, 120_000);

test("before vacuum comes by, claims do not go over the pages of 300,000 jobs that have ended", async () => {
  await fillBehindDeadEntries();
  // Whoever looks first marks their entries as dead, which are not counted any more.
  await database.db.execute(sql`
    select from sluice.jobs where task_type = 'translate' and state = 0 order by priority, due_at, id limit 1`);
  const { marked, whole } = await buffersAfterAClaim();
  expect(whole.claim).toBeGreaterThan(1_500);
  expect(marked.claim).toBeLessThan(300);
  expect(whole.look).toBeGreaterThan(1_500);
  expect(marked.look).toBeLessThan(50);
}, 120_000);

type Step =
  | { readonly type: "enqueue"; readonly priority: number; readonly agoMs: number }
  | { readonly type: "claim" | "claim-elsewhere"; readonly limit: number }
  | { readonly type: "give-back" | "pass" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("enqueue" as const),
    priority: fc.integer({ min: -2, max: 2 }),
    agoMs: fc.integer({ min: 0, max: 5_000 }),
  }),
  fc.record({
    type: fc.constantFrom("claim" as const, "claim-elsewhere" as const),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ type: fc.constantFrom("give-back" as const, "pass" as const) }),
);

test("whatever comes in front of the low water, and whoever puts it there: it is claimed once, at the latest when the mark is not believed any more", async () => {
  const { db } = database;
  const session = openSession(db, { prepare: true });
  const believedMs = 1_000;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await db.execute(sql`delete from sluice.jobs`);
      let ms = 0;
      const lowWater = new LowWater({ monotonicMs: () => ms, believedForMs: () => believedMs });
      const memory = { paced: new PacedTypes(), debt: new LookDebt(), lowWater };
      const waiting = new Set<string>();
      const running: ProcessingJob[] = [];
      const now = await store.now();

      const claim = async (limit: number) => {
        const answer = await claimJobs(session, memory, claimRequest({ limit, tasks: tasks(limit) }));
        took(answer.jobs);
        // Whoever finds too little although there is more hears when to look again.
        if (answer.jobs.length < limit && waiting.size > 0) {
          expect(answer.retryInMs).not.toBeNull();
          expect(answer.retryInMs).toBeLessThanOrEqual(believedMs);
        }
        return answer.jobs.length;
      };
      const took = (jobs: readonly ProcessingJob[]) => {
        for (const job of jobs) {
          expect(waiting.delete(job.id)).toBe(true);
          running.push(job);
        }
      };

      for (const one of steps) {
        if (one.type === "enqueue") {
          const asked = request({ priority: one.priority, due: { at: addMs(now, -one.agoMs) } });
          await store.enqueue([asked]);
          waiting.add(asked.id);
        } else if (one.type === "pass") ms += believedMs / 2;
        else if (one.type === "claim") await claim(one.limit);
        else if (one.type === "claim-elsewhere")
          took((await store.claim(claimRequest({ limit: one.limit, tasks: tasks(one.limit) }))).jobs);
        else {
          const job = running.shift();
          if (job === undefined) continue;
          await store.commit([ended(job, { type: "released" })]);
          waiting.add(job.id);
        }
      }
      ms += believedMs;
      while ((await claim(4)) > 0);
      expect(waiting.size).toBe(0);
    }),
    { numRuns: 25 },
  );
}, 60_000);
