import { describe, expect, test } from "vitest";
import { permanent, rateLimited, succeeded, superseded, transient } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeTargetStatus<Tx>(createStore: CreateStore<Tx>): void {
  describe("target status", () => {
    const open = useScenes(createStore);

    /** A scene with a target of its own, and its status. */
    function openTarget() {
      const scene = open();
      const target = { type: "code_entity", id: `${scene.taskType}#run` };
      const status = async () => (await scene.store.getTargetStatus(target, scene.taskType))?.status ?? null;
      return { ...scene, target, status };
    }

    test("a target has the status of its job, from enqueueing to the end", async () => {
      const { store, target, status, enqueue, claimOne, commit, taskType, gate, pass } = openTarget();
      expect(await status()).toBeNull();
      const id = await enqueue({ target });
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({ status: "pending", jobId: id });
      const first = await claimOne();
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({
        status: "processing",
        jobId: id,
      });
      await commit(first, rateLimited(gate, { waitMs: 1_000 }));
      expect(await status()).toBe("rate_limited");
      await pass(1_000);
      await commit(await claimOne(), transient);
      expect(await status()).toBe("retry_ai");
      await pass(60_000);
      await commit(await claimOne(), superseded);
      expect(await status()).toBe("pending");
      await pass(60_000);
      await commit(await claimOne(), succeeded);
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({
        status: "completed",
        jobId: id,
      });
    });

    test("what ends a job without a run shows at its target, too", async () => {
      const { store, target, status, enqueue, claimOne, pass } = openTarget();
      const id = await enqueue({ target });
      await store.cancel(id);
      expect(await status()).toBe("cancelled");
      await store.retry(id);
      expect(await status()).toBe("pending");
      await claimOne();
      await pass(20_000);
      expect(await status()).toBe("retry_ai");
      await enqueue({ target, deadline: { inMs: 1_000 } });
      await pass(1_000);
      expect(await status()).toBe("failed_ai");
    });

    test("only the newest job of a target stands for it", async () => {
      const { store, target, enqueue, claimOne, commit, taskType, advance } = openTarget();
      const old = await enqueue({ target, priority: -1 });
      const running = await claimOne();
      await advance(1_000);
      const young = await enqueue({ target });
      const stands = { status: "pending", jobId: young };
      expect(await store.getTargetStatus(target, taskType)).toMatchObject(stands);
      await commit(running, permanent);
      expect(await store.getTargetStatus(target, taskType)).toMatchObject(stands);
      await store.retry(old);
      expect(await store.getTargetStatus(target, taskType)).toMatchObject(stands);
      await store.cancel(young);
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({
        status: "cancelled",
        jobId: young,
      });
    });

    test("each task type has its own status of a target", async () => {
      const { store, target, enqueue, claimOne, commit, taskType, otherTask } = openTarget();
      const other = otherTask();
      await enqueue({ target });
      await enqueue({ target, taskType: other });
      await commit(await claimOne(), succeeded);
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({ status: "completed" });
      expect(await store.getTargetStatus(target, other)).toMatchObject({ status: "pending" });
    });

    test("a target that nobody enqueued has no status", async () => {
      const { store, taskType } = openTarget();
      expect(await store.getTargetStatus({ type: "code_entity", id: "none" }, taskType)).toBeNull();
    });

    test("the instant of the change is the store's", async () => {
      const { store, target, enqueue, claimOne, commit, taskType, advance } = openTarget();
      await enqueue({ target });
      const job = await claimOne();
      await advance(5_000);
      await commit(job, succeeded);
      const changedAt = (await store.getTargetStatus(target, taskType))?.changedAt ?? 0;
      expect(changedAt - job.lease.claimedAt).toBeGreaterThanOrEqual(5_000);
      expect(changedAt).toBeLessThanOrEqual(await store.now());
    });
  });
}
