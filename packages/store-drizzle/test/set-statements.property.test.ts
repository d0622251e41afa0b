import {
  applyDecision,
  compareClaimOrder,
  defaultJobPolicy,
  isReady,
  isTerminalStatus,
  type Job,
  type NewJob,
  type ProcessingJob,
  toEpochMs,
  transitionJob,
  type WaitingJob,
} from "@sluice/core";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { settleSuccesses } from "../src/commit/settle-successes.js";
import { writeLiveJobs } from "../src/decisions/write-live-jobs.js";
import { toLiveRecord } from "../src/rows/job-record.js";
import { promoteJobs } from "../src/upkeep/promote-jobs.js";
import { claimRequest, ended, request, succeeded } from "./sample-jobs.js";
import { now, runs, states, useStoppedStore } from "./stopped-store.js";

const world = useStoppedStore();

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
  await world.clear();
  await world.store.enqueue(requests);
  const jobs = await Promise.all(
    requests.map(async ({ id }, index) => {
      const pending = await world.store.getJob(id);
      if (pending === null) throw new Error(`job ${id} was not made`);
      return { pending, job: toJob(pending, changes[index] ?? {}) };
    }),
  );
  const records = jobs.flatMap(({ pending, job }) =>
    isTerminalStatus(job.status) ? [] : [toLiveRecord(pending, job as WaitingJob, now)],
  );
  await world.session.run(writeLiveJobs, JSON.stringify(records));
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
      const settled = await settleSuccesses(world.session, settling as never);
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
        expect(await world.store.getJob(job.id)).toEqual(expected);
        expect(await world.store.listAttempts(job.id)).toHaveLength(settled.has(job.id) ? 1 : 0);
        if (job.target !== null) {
          const shown = await world.store.getTargetStatus(job.target, job.taskType);
          if (shown?.jobId === job.id) expect(shown.status).toBe(expected.status);
        }
      }
    }),
    runs,
  );
}, 60_000);

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
        await world.db.execute(sql`update sluice.jobs set state = 1`);
        const due = jobs
          .filter(({ dueAt }) => dueAt <= now)
          .toSorted((one, other) => one.dueAt - other.dueAt);
        expect(await promoteJobs(world.session, { limit })).toHaveLength(Math.min(limit, due.length));
        const rows = await world.session.run(states);
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
        const { jobs: claimed } = await world.store.claim(asked);
        const { workerId, claimNonce, leaseMs } = asked;
        expect(claimed).toEqual(
          first.map((job) => afterEvent(job, { type: "claimed", workerId, claimNonce, leaseMs })),
        );
      },
    ),
    runs,
  );
}, 60_000);
