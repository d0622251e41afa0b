import {
  applyDecision,
  compareClaimOrder,
  defaultJobPolicy,
  isReady,
  isTerminalStatus,
  type Job,
  type NewJob,
  newJob,
  type ProcessingJob,
  toEpochMs,
  transitionJob,
  type WaitingJob,
} from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { settleSuccesses } from "../src/commit/settle-successes.js";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { writeLiveJobs } from "../src/decisions/write-live-jobs.js";
import { asAlike } from "../src/enqueue/insert-alike.js";
import { toLiveRecord } from "../src/rows/job-record.js";
import { openSession, type Session } from "../src/sql/session.js";
import { statement } from "../src/sql/statement.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import { promoteJobs } from "../src/upkeep/promote-jobs.js";
import { databases, type OpenDatabase } from "./databases.js";
import { claimRequest, ended, request, type Store, succeeded } from "./sample-jobs.js";

// One database: what is compared is SQL with core, not one database with another. The contract suite does that.
const [, open] = databases[0] ?? [];
const now = toEpochMs(1_767_225_600_000);
const runs = { numRuns: 25 };

let database: OpenDatabase;
let session: Session;
let store: Store;
beforeAll(async () => {
  if (open === undefined) throw new Error("there is no database to test on");
  database = await open();
  await freezeClock(database.db, now);
  session = openSession(database.db, { prepare: true });
  store = createPostgresStore({ db: database.db });
});
beforeEach(clear);
afterAll(() => database.close());

async function clear(): Promise<void> {
  await database.db.execute(
    sql`truncate sluice.jobs, sluice.finished_jobs, sluice.attempts, sluice.target_statuses`,
  );
}

const instant = fc.integer({ min: -100_000, max: 100_000 }).map((ms) => toEpochMs(now + ms));
const failure = fc.record({
  name: fc.constantFrom("Error", "TypeError"),
  code: fc.string({ unit: "grapheme-ascii", maxLength: 10 }),
  message: fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
  attempt: fc.nat(5),
  at: instant,
});

/** What may differ between two live jobs, beside what they were enqueued with. */
const counters = fc.record({
  attempts: fc.integer({ min: 1, max: 3 }),
  deferrals: fc.nat(9),
  deferralClock: fc.record({ spentMs: fc.nat(1_000_000), runningSinceAt: fc.option(instant) }),
  invalidOutputs: fc.nat(3),
  leaseNo: fc.integer({ min: 1, max: 1_000 }),
  retriedAtLeaseNo: fc.nat(9),
  lastFailure: fc.option(failure),
  deadlineAt: fc.option(instant),
  dueAt: instant,
});

/** Puts jobs into the database as they are, and answers them as they are read back. */
async function put<Kind extends Job>(
  changes: readonly object[],
  requests: readonly NewJob[],
  toJob: (pending: Job, changes: object) => Kind,
): Promise<readonly Kind[]> {
  await clear();
  await store.enqueue(requests);
  const jobs = await Promise.all(
    requests.map(async ({ id }, index) => {
      const pending = await store.getJob(id);
      if (pending === null) throw new Error(`job ${id} was not made`);
      return { pending, job: toJob(pending, changes[index] ?? {}) };
    }),
  );
  const records = jobs.flatMap(({ pending, job }) =>
    isTerminalStatus(job.status) ? [] : [toLiveRecord(pending, job as WaitingJob, now)],
  );
  await session.run(writeLiveJobs, JSON.stringify(records));
  return jobs.map(({ job }) => job);
}

function toProcessing(pending: Job, changes: object): ProcessingJob {
  const lease = {
    workerId: "w1",
    claimNonce: 2 ** 53 - 1,
    claimedAt: toEpochMs(now - 50),
    expiresAt: toEpochMs(now + 50),
  };
  const held = { status: "processing", lease, cancelRequestedAt: null, rerun: null } as const;
  return { ...pending, ...held, ...changes } as ProcessingJob;
}

function toWaiting(pending: Job, changes: object): WaitingJob {
  const lastFailure = { name: "Error", code: "x", message: "y", attempt: 1, at: now };
  const merged = { ...pending, ...changes } as WaitingJob;
  return merged.status === "pending" ? merged : { ...merged, lastFailure: merged.lastFailure ?? lastFailure };
}

function afterEvent(job: Job, event: Parameters<typeof transitionJob>[1]): Job {
  const decision = transitionJob(job, event, defaultJobPolicy);
  if (decision.outcome === "rejected") throw new Error(decision.reason);
  return applyDecision(job, decision.next, now);
}

test("plain successes become what core makes of each of them", async () => {
  const target = fc.option(fc.constantFrom({ type: "article", id: "a" }, { type: "article", id: "b" }));
  const result = fc
    .jsonValue({ noUnicodeString: true, maxDepth: 2 })
    .filter((json) => JSON.stringify(json) !== undefined && !JSON.stringify(json).includes("\\u0000"));
  const one = fc.record({
    counters,
    target,
    result,
    cancelRequestedAt: fc.option(instant),
    isForged: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (many) => {
      const requests = many.map(({ target: about }) => request({ target: about }));
      const changes = many.map(({ counters: counted, cancelRequestedAt }) => ({
        ...counted,
        cancelRequestedAt,
      }));
      const jobs = await put(changes, requests, toProcessing);
      const settling = jobs.map((job, index) => {
        const seen = many[index]?.isForged ? { ...job, lease: { ...job.lease, claimNonce: 1 } } : job;
        return ended(seen, {
          ...succeeded,
          type: "succeeded",
          result: JSON.parse(JSON.stringify(many[index]?.result ?? null)),
        });
      });
      const settled = await settleSuccesses(session, settling as never);
      for (const [index, job] of jobs.entries()) {
        const run = settling[index];
        if (run === undefined) throw new Error("every job has a run");
        const { leaseNo, lease } = run.job;
        expect(settled.has(job.id)).toBe(lease.claimNonce === job.lease.claimNonce);
        const event = {
          type: "run-ended",
          leaseNo,
          claimNonce: lease.claimNonce,
          outcome: run.outcome,
          elapsedMs: 50,
          jitter: 0,
        } as const;
        const expected = settled.has(job.id) ? afterEvent(job, event) : job;
        expect(await store.getJob(job.id)).toEqual(expected);
        expect(await store.listAttempts(job.id)).toHaveLength(settled.has(job.id) ? 1 : 0);
        if (job.target !== null) {
          const shown = await store.getTargetStatus(job.target, job.taskType);
          if (shown?.jobId === job.id) expect(shown.status).toBe(expected.status);
        }
      }
    }),
    runs,
  );
}, 60_000);

const states = statement<{ id: string; state: number }>("states", "select id, state from sluice.jobs");

const waitingJob = fc.record({
  status: fc.constantFrom("pending", "retry_ai", "rate_limited"),
  priority: fc.integer({ min: -2, max: 2 }),
  counters,
});

async function putWaiting(
  many: readonly { readonly status: string; readonly priority: number; readonly counters: object }[],
) {
  const changes = many.map(({ counters: counted, status, priority }) => ({ ...counted, status, priority }));
  return put(
    changes,
    many.map(() => request()),
    toWaiting,
  );
}

test("promoted is exactly what is due, the earliest first", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(waitingJob, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      async (many, limit) => {
        const jobs = await putWaiting(many);
        await database.db.execute(sql`update sluice.jobs set state = 1`);
        const due = jobs
          .filter(({ dueAt }) => dueAt <= now)
          .toSorted((one, other) => one.dueAt - other.dueAt);
        expect(await promoteJobs(session, { limit })).toHaveLength(Math.min(limit, due.length));
        const rows = await session.run(states);
        const ready = jobs.filter(({ id }) => rows.some((row) => row.id === id && row.state === 0));
        const lastAt = ready.reduce((latest, { dueAt }) => Math.max(latest, dueAt), -Infinity);
        expect(ready.every(({ dueAt }) => dueAt <= now)).toBe(true);
        expect(due.filter(({ dueAt }) => dueAt < lastAt).every((job) => ready.includes(job))).toBe(true);
      },
    ),
    runs,
  );
}, 60_000);

test("claimed are the first of the ready jobs, and become what core makes of them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(waitingJob, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      async (many, limit) => {
        const attemptsLeft = many.map((one) => ({
          ...one,
          counters: { ...one.counters, attempts: one.counters.attempts - 1 },
        }));
        const jobs = await putWaiting(attemptsLeft);
        const first = jobs
          .filter((job) => isReady(job, now))
          .toSorted(compareClaimOrder)
          .slice(0, limit);
        const asked = claimRequest({ limit });
        const { jobs: claimed } = await store.claim(asked);
        const { workerId, claimNonce, leaseMs } = asked;
        expect(claimed).toEqual(
          first.map((job) => afterEvent(job, { type: "claimed", workerId, claimNonce, leaseMs })),
        );
      },
    ),
    runs,
  );
}, 60_000);

test("requests that differ in nothing but their payload become what core makes of each of them", async () => {
  const time = fc.oneof(fc.record({ inMs: fc.nat(100_000) }), fc.record({ at: instant }));
  const common = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    maxAttempts: fc.integer({ min: 1, max: 9 }),
    due: time,
    deadline: fc.option(time),
  });
  const payloads = fc.array(fc.constantFrom<NewJob["payload"]>(null, { q: 'a"b\\c' }, ["{x,y}"], "ä", 1.5), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(common, payloads, async (alike, given) => {
      await clear();
      const requests = given.map((payload) => request({ ...alike, payload }));
      expect(asAlike(requests)).not.toBeNull();
      expect(await store.enqueue(requests)).toEqual(requests.map(({ id }) => ({ id, outcome: "created" })));
      for (const one of requests) expect(await store.getJob(one.id)).toEqual(newJob(one, now));
      const ready = requests.filter((one) => newJob(one, now).dueAt <= now).map(({ id }) => id);
      const rows = await session.run(states);
      expect(
        rows
          .filter(({ state }) => state === 0)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(ready.toSorted());
    }),
    runs,
  );
}, 60_000);

test("requests with keys come to what they come to in the memory store", async () => {
  const asked = fc.record({
    key: fc.option(fc.constantFrom("a", "b", "c")),
    mode: fc.constantFrom("keep", "replace", "rerun"),
    taskType: fc.constantFrom("translate", "summarise"),
    priority: fc.nat(3),
    payload: fc.constantFrom<NewJob["payload"]>(null, { lang: "de" }, ["x"], "text"),
    dueInMs: fc.constantFrom(0, 5_000),
  });
  const step = fc.oneof(fc.array(asked, { minLength: 1, maxLength: 6 }), fc.constant("claim" as const));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (script) => {
      await clear();
      const oracle = createMemoryStore({ clock: () => now });
      const ids: NewJob["id"][] = [];
      for (const one of script) {
        if (one === "claim") {
          const claiming = claimRequest({ limit: 2, tasks: [{ taskType: "translate", limit: 2 }] });
          expect((await store.claim(claiming)).jobs).toEqual((await oracle.claim(claiming)).jobs);
          continue;
        }
        const requests = one.map(({ key, mode, taskType, priority, payload, dueInMs }) =>
          request({
            taskType,
            priority,
            payload,
            due: { inMs: dueInMs },
            dedupe: key === null ? null : { key, mode },
          }),
        );
        ids.push(...requests.map(({ id }) => id));
        expect(await store.enqueue(requests)).toEqual(await oracle.enqueue(requests));
      }
      for (const id of ids) expect(await store.getJob(id)).toEqual(await oracle.getJob(id));
    }),
    runs,
  );
}, 60_000);
