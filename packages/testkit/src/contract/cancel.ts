import { describe, expect, test } from "vitest";
import { rateLimited, succeeded, transient } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeCancel<Tx>(createStore: CreateStore<Tx>): void {
  describe("cancel", () => {
    const open = useScenes(createStore);

    test("a waiting job ends at once, and is not claimed", async () => {
      const { store, enqueue, get, claim } = open();
      const id = await enqueue();
      const later = await enqueue({ due: { inMs: 60_000 } });
      expect(await store.cancel(id)).toMatchObject({ type: "done", job: { id, status: "cancelled" } });
      expect(await store.cancel(later)).toMatchObject({ type: "done", job: { status: "cancelled" } });
      expect(await claim()).toEqual([]);
      expect(await get(id)).toMatchObject({ status: "cancelled", attempts: 0, leaseNo: 0 });
      expect(await store.listAttempts(id)).toEqual([]);
    });

    test("a running job is asked to end, and runs on", async () => {
      const { store, enqueue, get, claimOne } = open();
      const id = await enqueue();
      const job = await claimOne();
      expect(await store.cancel(id)).toMatchObject({ type: "done", job: { status: "processing" } });
      const asked = await get(id);
      expect(asked).toMatchObject({ status: "processing", leaseNo: job.leaseNo, lease: job.lease });
      expect("cancelRequestedAt" in asked ? asked.cancelRequestedAt : null).not.toBeNull();
    });

    test("a running job that was asked to end and succeeds has succeeded", async () => {
      const { store, enqueue, claimOne, commit, get } = open();
      const id = await enqueue();
      const job = await claimOne();
      await store.cancel(id);
      expect(await commit(job, succeeded)).toMatchObject({ status: "completed", outcome: "succeeded" });
      expect(await get(id)).toMatchObject({ status: "completed", result: { chars: 12 } });
    });

    test("a running job that was asked to end and fails is cancelled", async () => {
      const { store, enqueue, claimOne, commit, get } = open();
      const id = await enqueue();
      const job = await claimOne();
      await store.cancel(id);
      expect(await commit(job, transient)).toMatchObject({ status: "cancelled", outcome: "cancelled" });
      expect(await get(id)).toMatchObject({ status: "cancelled", attempts: 1 });
      expect(await store.listAttempts(id)).toMatchObject([{ outcome: "cancelled" }]);
    });

    test("the provider's refusal closes the gate even if its job was asked to end", async () => {
      const { store, enqueue, claimOne, commit, gate, getGate } = open();
      const id = await enqueue();
      const job = await claimOne();
      await store.cancel(id);
      expect(await commit(job, rateLimited(gate))).toMatchObject({ status: "cancelled" });
      expect((await getGate(gate)).closing).toMatchObject({ reason: "rate_limited", jobId: id });
    });

    test("what has ended cannot be cancelled, what is not there is not found", async () => {
      const { store, enqueue, claimOne, commit, request } = open();
      const id = await enqueue();
      await commit(await claimOne(), succeeded);
      expect(await store.cancel(id)).toEqual({
        type: "refused",
        reason: "wrong-status",
        status: "completed",
      });
      expect(await store.cancel(request().id)).toEqual({ type: "not-found" });
    });
  });
}
