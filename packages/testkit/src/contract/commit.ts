import { defaultJobPolicy, type RunOutcome, type RunUsage } from "@sluice/core";
import { describe, expect, test } from "vitest";
import {
  blocked,
  failure,
  outputInvalid,
  permanent,
  rateLimited,
  released,
  succeeded,
  superseded,
  transient,
  unavailable,
} from "./outcomes.js";
import { dueAtOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

const timeout: RunOutcome = { type: "timeout", waitMs: null, failure };
const handlerError: RunOutcome = { type: "handler_error", waitMs: null, failure };
const payloadInvalid: RunOutcome = { type: "payload_invalid", failure };
const unroutable: RunOutcome = { type: "unroutable", failure };
const cancelled: RunOutcome = { type: "cancelled" };

export function describeCommit<Tx>(createStore: CreateStore<Tx>): void {
  describe("commit", () => {
    const open = useScenes(createStore);

    test.each([
      { outcome: succeeded, status: "completed" },
      { outcome: transient, status: "retry_ai" },
      { outcome: timeout, status: "retry_ai" },
      { outcome: handlerError, status: "retry_ai" },
      { outcome: outputInvalid, status: "retry_ai" },
      { outcome: permanent, status: "failed_ai" },
      { outcome: payloadInvalid, status: "failed_payload_parsing" },
      { outcome: unroutable, status: "failed_job_logic" },
      { outcome: cancelled, status: "cancelled" },
    ])("a run that ended as $outcome.type counts, and makes the job $status", async ({ outcome, status }) => {
      const { store, enqueue, get, claimOne, commit } = open();
      const id = await enqueue();
      const job = await claimOne();
      expect(await commit(job, outcome)).toEqual({ type: "committed", status, outcome: outcome.type });
      expect(await get(id)).toMatchObject({ status, attempts: 1, deferrals: 0, leaseNo: 2 });
      expect(await store.listAttempts(id)).toMatchObject([
        { jobId: id, leaseNo: 1, outcome: outcome.type, workerId: job.lease.workerId },
      ]);
    });

    test.each(["rate_limited", "unavailable", "blocked"] as const)(
      "a run that was put off as %s gives its attempt back, and closes the gate in one go",
      async (type) => {
        const { store, enqueue, get, getGate, gate, claim, claimOne, commit } = open();
        const id = await enqueue();
        const claimed = await claimOne();
        await enqueue();
        const outcome = { rate_limited: rateLimited, unavailable, blocked }[type](gate);
        expect(await commit(claimed, outcome)).toMatchObject({ status: "rate_limited" });
        const job = await get(id);
        expect(job).toMatchObject({ status: "rate_limited", attempts: 0, deferrals: 1, leaseNo: 2 });
        expect(job.lastFailure).toMatchObject({ ...failure, attempt: 1 });
        expect(await store.listAttempts(id)).toMatchObject([{ leaseNo: 1, outcome: type, failure }]);
        expect((await getGate(gate)).closing).toMatchObject({ jobId: id, detail: failure.message });
        expect(await claim()).toEqual([]);
      },
    );

    test("a run whose target changed gives its attempt back, and the job runs again at once", async () => {
      const { enqueue, get, claimOne, commit } = open();
      const id = await enqueue();
      expect(await commit(await claimOne(), superseded)).toMatchObject({ status: "pending" });
      expect(await get(id)).toMatchObject({ attempts: 0, deferrals: 1 });
      expect(await claimOne()).toMatchObject({ id, attempts: 1, leaseNo: 3 });
    });

    test("a run that was given back unharmed leaves the job where it was in the queue", async () => {
      const { enqueue, get, claimOne, commit, advance } = open();
      const id = await enqueue();
      const { dueAt } = await claimOne().then(async (job) => {
        await advance(5_000);
        await commit(job, released);
        return job;
      });
      await enqueue();
      expect(await get(id)).toMatchObject({
        status: "pending",
        attempts: 0,
        deferrals: 0,
        leaseNo: 2,
        dueAt,
      });
      expect(await claimOne()).toMatchObject({ id });
    });

    test.each([
      { outcome: transient },
      { outcome: timeout },
      { outcome: handlerError },
      { outcome: outputInvalid },
    ])("on the last attempt $outcome.type makes the job failed_ai", async ({ outcome }) => {
      const { enqueue, get, claimOne, commit } = open();
      const id = await enqueue({ maxAttempts: 1 });
      expect(await commit(await claimOne(), outcome)).toMatchObject({ status: "failed_ai" });
      expect(await get(id)).toMatchObject({ attempts: 1, lastFailure: failure });
    });

    test("a deferral on the last attempt fails nothing", async () => {
      const { enqueue, claimOne, commit, get, gate } = open();
      const id = await enqueue({ maxAttempts: 1 });
      expect(await commit(await claimOne(), rateLimited(gate))).toMatchObject({ status: "rate_limited" });
      expect(await get(id)).toMatchObject({ attempts: 0, maxAttempts: 1 });
    });

    test("the second answer that cannot be used is the last", async () => {
      const { enqueue, claimOne, commit, get } = open();
      const id = await enqueue({ maxAttempts: 9 });
      await commit(await claimOne(), outputInvalid);
      expect(await commit(await claimOne(), outputInvalid)).toMatchObject({ status: "failed_ai" });
      expect(await get(id)).toMatchObject({ attempts: 2, invalidOutputs: 2 });
    });

    test("a failed attempt waits for its backoff, or longer if the error says so", async () => {
      const { store, enqueue, claimOne, commit, get } = open();
      const policy = { ...defaultJobPolicy, backoff: { baseMs: 20_000, maxMs: 60_000 } };
      const wait = async (waitMs: number | null) => {
        const id = await enqueue();
        await commit(await claimOne(), { type: "transient", waitMs, failure }, { policy, jitter: 0.5 });
        return dueAtOf(await get(id)) - (await store.now());
      };
      expect(Math.abs((await wait(null)) - 10_000)).toBeLessThan(1_000);
      expect(Math.abs((await wait(45_000)) - 45_000)).toBeLessThan(1_000);
    });

    test("results and usage are kept as they were told", async () => {
      const { store, enqueue, claimOne, commit, get } = open();
      const usage: RunUsage = {
        model: "acme:mt-2",
        inputTokens: 1_200,
        cachedInputTokens: 200,
        outputTokens: null,
        costUsd: "0.000123456789",
      };
      const result = { keywords: ["a", "ü"], nested: { deep: [1, null] } };
      const id = await enqueue();
      await commit(await claimOne(), { type: "succeeded", result }, { usage });
      expect(await get(id)).toMatchObject({ status: "completed", result });
      const [attempt] = await store.listAttempts(id);
      expect(attempt).toMatchObject({ usage, failure: null });
      expect(attempt?.endedAt).toBeGreaterThanOrEqual(attempt?.claimedAt ?? 0);
    });

    test("a job put off for too long in a row fails", async () => {
      const { enqueue, claimOne, commit, gate, pass } = open();
      const policy = { ...defaultJobPolicy, maxDeferredMs: 100_000 };
      await enqueue();
      for (let round = 0; round < 3; round++) {
        const answer = await commit(await claimOne(), rateLimited(gate), { policy });
        expect(answer).toMatchObject({ status: "rate_limited" });
        await pass(40_000);
      }
      expect(await commit(await claimOne(), rateLimited(gate), { policy })).toMatchObject({
        status: "failed_ai",
        outcome: "rate_limited",
      });
    });

    test("an outage does not make a job fail, however long it lasts", async () => {
      const { enqueue, claimOne, commit, gate, pass } = open();
      const policy = { ...defaultJobPolicy, maxDeferredMs: 100_000 };
      await enqueue();
      for (let round = 0; round < 4; round++) {
        const answer = await commit(await claimOne(), unavailable(gate), { policy });
        expect(answer).toMatchObject({ status: "rate_limited" });
        await pass(60_000);
      }
    });

    test("a run that fails after the deadline is the last, one that succeeds still succeeds", async () => {
      const { enqueue, claim, commit, advance } = open();
      await enqueue({ deadline: { inMs: 60_000 } });
      await enqueue({ deadline: { inMs: 60_000 } });
      const [one, other] = await claim();
      if (one === undefined || other === undefined) throw new Error("two jobs are two");
      await advance(61_000);
      const late = { elapsedMs: 61_000 };
      expect(await commit(one, transient, late)).toMatchObject({ status: "failed_ai" });
      expect(await commit(other, succeeded, late)).toMatchObject({ status: "completed" });
    });
  });
}
