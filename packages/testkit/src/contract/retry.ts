import { describe, expect, test } from "vitest";
import { permanent, rateLimited, succeeded } from "./outcomes.js";
import { dueAtOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeRetry<Tx>(createStore: CreateStore<Tx>): void {
  describe("retry", () => {
    const open = useScenes(createStore);

    test("a failed job waits again as if it were new, and keeps its history", async () => {
      const { store, enqueue, get, gate, claimOne, commit, pass } = open();
      const id = await enqueue({ deadline: { inMs: 3_600_000 }, maxAttempts: 2, payload: { keep: "me" } });
      await commit(await claimOne(), rateLimited(gate, { waitMs: 1_000 }));
      await pass(1_000);
      await commit(await claimOne(), permanent);
      const history = await store.listAttempts(id);
      const { leaseNo } = await get(id);
      expect(await store.retry(id)).toMatchObject({ type: "done", job: { id, status: "pending" } });
      const job = await get(id);
      expect(job).toMatchObject({
        ...{ status: "pending", attempts: 0, deferrals: 0, invalidOutputs: 0, deadlineAt: null },
        ...{ maxAttempts: 2, payload: { keep: "me" }, leaseNo: leaseNo + 1, retriedAtLeaseNo: leaseNo + 1 },
        deferralClock: { spentMs: 0, runningSinceAt: null },
      });
      expect(dueAtOf(job)).toBeLessThanOrEqual(await store.now());
      expect(await store.listAttempts(id)).toEqual(history);
      expect(await claimOne()).toMatchObject({ id, attempts: 1, leaseNo: leaseNo + 2 });
    });

    test("a cancelled job can be retried", async () => {
      const { store, enqueue, claimOne } = open();
      const id = await enqueue();
      await store.cancel(id);
      await store.retry(id);
      expect(await claimOne()).toMatchObject({ id });
    });

    test("a job that completed, waits or runs cannot be retried", async () => {
      const { store, enqueue, claimOne, commit, request } = open();
      const id = await enqueue();
      const refused = { type: "refused", reason: "wrong-status" };
      expect(await store.retry(id)).toEqual({ ...refused, status: "pending" });
      const job = await claimOne();
      expect(await store.retry(id)).toEqual({ ...refused, status: "processing" });
      await commit(job, succeeded);
      expect(await store.retry(id)).toEqual({ ...refused, status: "completed" });
      expect(await store.retry(request().id)).toEqual({ type: "not-found" });
    });

    test("a job whose key is live again cannot be retried until it is free", async () => {
      const { store, enqueue } = open();
      const dedupe = { key: "article-1", mode: "keep" } as const;
      const first = await enqueue({ dedupe });
      await store.cancel(first);
      const second = await enqueue({ dedupe });
      expect(await store.retry(first)).toEqual({
        type: "refused",
        reason: "key-is-live",
        status: "cancelled",
      });
      await store.cancel(second);
      expect(await store.retry(first)).toMatchObject({ type: "done" });
      expect(await store.retry(second)).toMatchObject({ reason: "key-is-live" });
    });

    test("a retried job has its key again", async () => {
      const { store, enqueue, request } = open();
      const dedupe = { key: "article-1", mode: "keep" } as const;
      const id = await enqueue({ dedupe });
      await store.cancel(id);
      await store.retry(id);
      expect(await store.enqueue([request({ dedupe })])).toEqual([{ id, outcome: "kept" }]);
    });
  });
}
