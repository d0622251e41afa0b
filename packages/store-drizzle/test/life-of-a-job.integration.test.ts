import { defaultJobPolicy, newGate, reserve, taskGateKey } from "@sluice/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { type FrozenClock, freezeClock } from "../src/testing/freeze-clock.js";
import { databases, type OpenDatabase } from "./databases.js";
import {
  claimOne,
  claimRequest,
  ended,
  failure,
  keyed,
  request,
  type Store,
  succeeded,
  worker,
} from "./sample-jobs.js";

const upkeep = { limit: 100, policy: defaultJobPolicy };

describe.each(databases)("%s", (_name, open) => {
  let database: OpenDatabase;
  let store: Store;
  let clock: FrozenClock;
  beforeAll(async () => {
    database = await open();
    clock = await freezeClock(database.db);
    store = createPostgresStore({ db: database.db, listen: database.listen });
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  test("a job is enqueued, claimed, completed, and all of it can be looked up", async () => {
    const target = { type: "article", id: "a1" };
    const asked = request({ target, payload: { text: 'über "quotes" \\ and {braces}', nothing: null } });
    expect(await store.enqueue([asked])).toEqual([{ id: asked.id, outcome: "created" }]);
    expect(await store.getTargetStatus(target, "translate")).toMatchObject({
      status: "pending",
      jobId: asked.id,
    });

    const job = await claimOne(store);
    expect(job).toMatchObject({ id: asked.id, payload: asked.payload, target, attempts: 1, leaseNo: 1 });
    expect(await store.getJob(asked.id)).toEqual(job);
    expect(await store.getTargetStatus(target, "translate")).toMatchObject({ status: "processing" });

    await clock.advance(1_000);
    expect(await store.commit([ended(job, succeeded)])).toEqual([
      { type: "committed", status: "completed", outcome: "succeeded" },
    ]);
    expect(await store.getJob(asked.id)).toMatchObject({
      status: "completed",
      result: { chars: 4 },
      leaseNo: 2,
    });
    expect(await store.getTargetStatus(target, "translate")).toMatchObject({ status: "completed" });
    expect(await store.listAttempts(asked.id)).toEqual([
      {
        jobId: asked.id,
        leaseNo: 1,
        outcome: "succeeded",
        workerId: "w1",
        claimedAt: job.lease.claimedAt,
        endedAt: job.lease.claimedAt + 1_000,
        failure: null,
        usage: null,
      },
    ]);
  });

  test("a run that is sent again gets its first answer, a stale one changes nothing", async () => {
    await store.enqueue([request()]);
    const job = await claimOne(store);
    const failed = ended(job, { type: "transient", waitMs: null, failure }, { jitter: 0 });
    const answer = [{ type: "committed", status: "retry_ai", outcome: "transient" }];
    expect(await store.commit([failed])).toEqual(answer);
    expect(await store.commit([failed])).toEqual(answer);

    const again = await claimOne(store);
    expect(again).toMatchObject({ id: job.id, attempts: 2, leaseNo: 3 });
    expect(await store.commit([ended(job, succeeded)])).toEqual(answer);
    const forged = { ...again, lease: { ...again.lease, claimNonce: 7 } };
    expect(await store.commit([ended(forged, succeeded)])).toEqual([{ type: "fenced-off" }]);
    expect(await store.commit([ended({ ...again, id: request().id }, succeeded)])).toEqual([
      { type: "not-found" },
    ]);
    expect(await store.getJob(job.id)).toEqual(again);
    await store.commit([ended(again, succeeded)]);
  });

  test("a lease that is not renewed runs out, and the job is taken back", async () => {
    await store.enqueue([request({ maxAttempts: 2 })]);
    const job = await claimOne(store);
    const fence = { jobId: job.id, leaseNo: job.leaseNo, claimNonce: job.lease.claimNonce };
    await clock.advance(14_000);
    expect(await store.renew({ worker: worker(), leaseMs: 15_000, fences: [fence] })).toEqual(["renewed"]);
    await clock.advance(14_000);
    expect(await store.maintain(upkeep)).toMatchObject({ reclaimed: 0 });
    await clock.advance(1_000);
    expect(await store.maintain(upkeep)).toMatchObject({ reclaimed: 1 });
    expect(await store.getJob(job.id)).toMatchObject({ status: "retry_ai", attempts: 1, leaseNo: 2 });
    expect(await store.renew({ worker: worker(), leaseMs: 15_000, fences: [fence] })).toEqual(["lost"]);
    expect(await store.commit([ended(job, succeeded)])).toEqual([{ type: "fenced-off" }]);

    await claimOne(store);
    await clock.advance(15_000);
    await store.maintain(upkeep);
    expect(await store.getJob(job.id)).toMatchObject({ status: "failed_job_logic", attempts: 2 });
    expect(await store.listAttempts(job.id)).toMatchObject([
      { outcome: "lease_lost" },
      { outcome: "lease_lost" },
    ]);
  });

  test("a deferral gives the attempt back and closes the gate, until its time or an operator opens it", async () => {
    const key = taskGateKey("limited");
    await store.enqueue([request({ taskType: "limited" }), request({ taskType: "limited" })]);
    const tasks = [{ taskType: "limited", limit: 10 }];
    const job = await claimOne(store, { tasks });
    const refused = { type: "rate_limited", scope: "minute", waitMs: 30_000, gateKey: key, failure } as const;
    expect(await store.commit([ended(job, refused)])).toEqual([
      { type: "committed", status: "rate_limited", outcome: "rate_limited" },
    ]);
    expect(await store.getJob(job.id)).toMatchObject({ status: "rate_limited", attempts: 0, deferrals: 1 });
    expect(await store.claim(claimRequest({ tasks }))).toEqual({ jobs: [], retryInMs: 30_000 });
    await store.openGate(key);
    expect((await store.claim(claimRequest({ tasks }))).jobs).toHaveLength(2);
  });

  test("a job that is due later is claimed when its time has come, not before", async () => {
    const tasks = [{ taskType: "later", limit: 5 }];
    await store.enqueue([request({ taskType: "later", due: { inMs: 60_000 } })]);
    expect(await store.claim(claimRequest({ tasks }))).toEqual({ jobs: [], retryInMs: 60_000 });
    await clock.advance(60_000);
    expect((await store.claim(claimRequest({ tasks }))).jobs).toHaveLength(1);
  });

  test("a failed job is retried by an operator, with its history", async () => {
    const tasks = [{ taskType: "broken", limit: 1 }];
    const asked = request({ taskType: "broken", target: { type: "article", id: "a2" } });
    await store.enqueue([asked]);
    await store.commit([ended(await claimOne(store, { tasks }), { type: "permanent", failure })]);
    expect(await store.retry(asked.id)).toMatchObject({
      type: "done",
      job: { status: "pending", attempts: 0, leaseNo: 3 },
    });
    expect(await store.getTargetStatus({ type: "article", id: "a2" }, "broken")).toMatchObject({
      status: "pending",
    });
    await store.commit([ended(await claimOne(store, { tasks }), succeeded)]);
    expect((await store.listAttempts(asked.id)).map(({ outcome, leaseNo }) => [outcome, leaseNo])).toEqual([
      ["permanent", 1],
      ["succeeded", 4],
    ]);
    expect(await store.retry(asked.id)).toMatchObject({ type: "refused", reason: "wrong-status" });
  });

  test("cancelling ends a waiting job, and asks a running one", async () => {
    const tasks = [{ taskType: "stop", limit: 1 }];
    const [first, second] = [request({ taskType: "stop" }), request({ taskType: "stop" })];
    await store.enqueue([first, second]);
    const running = await claimOne(store, { tasks });
    expect(await store.cancel(second.id)).toMatchObject({ type: "done", job: { status: "cancelled" } });
    expect(await store.cancel(first.id)).toMatchObject({ type: "done", job: { status: "processing" } });
    const fences = [{ jobId: running.id, leaseNo: running.leaseNo, claimNonce: running.lease.claimNonce }];
    expect(await store.renew({ worker: worker(), leaseMs: 15_000, fences })).toEqual(["cancel-requested"]);
    const answers = await store.commit([ended(running, { type: "transient", waitMs: null, failure })]);
    expect(answers).toEqual([{ type: "committed", status: "cancelled", outcome: "cancelled" }]);
  });

  test("one key has one live job; keep, replace and rerun say what a second request does", async () => {
    const tasks = [{ taskType: "unique", limit: 1 }];
    const make = (mode: "keep" | "replace" | "rerun", lang: string) =>
      request({ taskType: "unique", payload: { lang }, ...keyed("k", mode) });
    const first = make("keep", "de");
    const asked = [first, make("keep", "fr"), make("replace", "it"), make("rerun", "es")];
    expect((await store.enqueue(asked)).map(({ id, outcome }) => [id === first.id, outcome])).toEqual([
      [true, "created"],
      [true, "kept"],
      [true, "replaced"],
      [true, "replaced"],
    ]);
    const running = await claimOne(store, { tasks });
    expect(running.payload).toEqual({ lang: "es" });
    const last = make("rerun", "pt");
    expect(await store.enqueue([last])).toEqual([{ id: first.id, outcome: "rerun" }]);
    await store.commit([ended(running, succeeded)]);
    expect(await claimOne(store, { tasks })).toMatchObject({
      id: last.id,
      payload: { lang: "pt" },
      dedupeKey: "k",
    });
  });

  test("a paused gate lets nothing through until it is resumed", async () => {
    const tasks = [{ taskType: "paused", limit: 5 }];
    await store.pauseGate(taskGateKey("paused"), { forMs: null });
    await store.enqueue([request({ taskType: "paused" })]);
    expect(await store.claim(claimRequest({ tasks }))).toEqual({ jobs: [], retryInMs: null });
    await store.resumeGate(taskGateKey("paused"));
    expect((await store.claim(claimRequest({ tasks }))).jobs).toHaveLength(1);
  });

  test("a budget passes what it has permits for, and says when there will be more", async () => {
    const tasks = [{ taskType: "paced", limit: 10 }];
    const limits = { requestsPerMinute: 600, tokensPerMinute: null, maxInFlight: null, learn: false };
    await store.putTaskGates("paced", [{ key: taskGateKey("paced"), limits }]);
    await store.enqueue(Array.from({ length: 10 }, () => request({ taskType: "paced" })));
    const now = await store.now();
    const { granted } = reserve(newGate(taskGateKey("paced"), limits), { now, want: 10, inFlight: 0 });
    const first = await store.claim(claimRequest({ tasks }));
    expect(first.jobs).toHaveLength(granted);
    // There were fewer than asked for: whoever has begun them asks again, and hears when.
    expect(first.retryInMs).toBe(5);
    const { jobs, retryInMs } = await store.claim(claimRequest({ tasks }));
    expect(jobs).toEqual([]);
    expect(retryInMs).toBeGreaterThan(0);
    await clock.advance(retryInMs ?? 0);
    expect((await store.claim(claimRequest({ tasks }))).jobs).toHaveLength(1);
    expect(await store.commit(first.jobs.map((job) => ended(job, succeeded)))).toHaveLength(granted);
  });

  test("jobs are listed newest first, page by page, and counted", async () => {
    const asked = Array.from({ length: 5 }, () => request({ taskType: "listed" }));
    await store.enqueue(asked);
    const firstPage = await store.listJobs({ taskType: "listed", limit: 3 });
    const secondPage = await store.listJobs({ taskType: "listed", limit: 3, cursor: firstPage.next ?? "" });
    const ids = [...firstPage.jobs, ...secondPage.jobs].map(({ id }) => id);
    expect(ids).toEqual(asked.map(({ id }) => id).reverse());
    expect(secondPage.next).toBeNull();
    expect(await store.countJobs({ taskType: "listed" })).toEqual([
      { taskType: "listed", status: "pending", count: 5 },
    ]);
  });

  test("a waiting job ends when its deadline passes", async () => {
    const asked = request({ taskType: "urgent", deadline: { inMs: 1_000 } });
    await store.enqueue([asked]);
    await clock.advance(1_000);
    expect((await store.claim(claimRequest({ tasks: [{ taskType: "urgent", limit: 1 }] }))).jobs).toEqual([]);
    expect(await store.maintain(upkeep)).toMatchObject({ expired: 1 });
    expect(await store.getJob(asked.id)).toMatchObject({
      status: "failed_ai",
      lastFailure: { code: "deadline_passed" },
    });
  });

  test("old finished jobs are deleted with their ledger", async () => {
    const asked = request({ taskType: "old" });
    await store.enqueue([asked]);
    await store.commit([ended(await claimOne(store, { tasks: [{ taskType: "old", limit: 1 }] }), succeeded)]);
    await clock.advance(7 * 24 * 3_600_000);
    expect((await store.maintain(upkeep)).deleted).toBeGreaterThan(0);
    expect(await store.getJob(asked.id)).toBeNull();
    expect(await store.listAttempts(asked.id)).toEqual([]);
  });
});
