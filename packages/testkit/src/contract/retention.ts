import { defaultUpkeepPolicy, type JobId, type JobStore, type RetentionPolicy } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { permanent, succeeded, transient } from "./outcomes.js";
import { type Scene, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

const { keepCompletedMs, keepFailedMs } = defaultUpkeepPolicy;
const everything: RetentionPolicy = {
  ...{ keepCompletedMs: Number.MAX_SAFE_INTEGER, keepCompletedCount: null },
  ...{ keepFailedMs: Number.MAX_SAFE_INTEGER, keepFailedCount: null },
};
const nothing: RetentionPolicy = { ...everything, keepCompletedCount: 0, keepFailedCount: 0 };

export function describeRetention<Tx>(createStore: CreateStore<Tx>): void {
  describe("retention", () => {
    const scenes = useScenes(createStore);

    /** Retention knows no task types: what other tests have left is taken away first. */
    async function open(): Promise<Scene<Tx>> {
      const scene = scenes();
      await scene.store.prune({ keep: nothing, limit: 10_000 });
      return scene;
    }

    /** Ends a job of either kind, one millisecond after the one before. */
    async function end({ enqueue, claimOne, commit, advance }: Scene<Tx>, kind: "completed" | "failed") {
      const id = await enqueue();
      await advance(1);
      await commit(await claimOne(), kind === "completed" ? succeeded : permanent);
      return id;
    }

    async function left(store: JobStore<Tx>, ids: readonly JobId[]): Promise<readonly JobId[]> {
      const jobs = await Promise.all(ids.map((id) => store.getJob(id)));
      return jobs.flatMap((job) => job?.id ?? []);
    }

    test("completed jobs are deleted after a while with their ledger, failed ones later", async () => {
      const scene = await open();
      const { store, enqueue, advance, maintain } = scene;
      const [completed, failed] = [await end(scene, "completed"), await end(scene, "failed")];
      const waiting = await enqueue();
      await advance(keepCompletedMs - 1_000);
      await maintain();
      expect(await store.getJob(completed)).not.toBeNull();
      await advance(1_000);
      expect((await maintain()).deleted).toBeGreaterThanOrEqual(1);
      expect(await store.getJob(completed)).toBeNull();
      expect(await store.listAttempts(completed)).toEqual([]);
      expect(await store.getJob(failed)).not.toBeNull();
      expect(await store.listAttempts(failed)).toHaveLength(1);
      await advance(keepFailedMs - keepCompletedMs);
      await maintain();
      expect(await store.getJob(failed)).toBeNull();
      expect(await store.getJob(waiting)).toMatchObject({ status: "pending" });
    });

    test("the runs that did not end a job go with it", async () => {
      const { store, enqueue, claimOne, commit, pass } = await open();
      const id = await enqueue();
      await commit(await claimOne(), transient);
      await pass(60_000);
      await commit(await claimOne(), succeeded);
      expect(await store.listAttempts(id)).toHaveLength(2);
      await store.prune({ keep: nothing, limit: 10 });
      expect(await store.listAttempts(id)).toEqual([]);
    });

    test("the end of a run whose job was deleted is not found", async () => {
      const { enqueue, claimOne, commit, store, pass } = await open();
      await enqueue({ maxAttempts: 1 });
      const lost = await claimOne();
      await pass(20_000);
      await pass(keepFailedMs);
      expect(await store.getJob(lost.id)).toBeNull();
      expect(await commit(lost, transient)).toEqual({ type: "not-found" });
    });

    test("of each kind the newest are kept, as many as are asked for", async () => {
      const scene = await open();
      const { store } = scene;
      const kinds = ["completed", "failed", "completed", "failed", "completed"] as const;
      const ids: JobId[] = [];
      for (const kind of kinds) ids.push(await end(scene, kind));
      const keep = { ...everything, keepCompletedCount: 1, keepFailedCount: 2 };
      expect(await store.countPrunable(keep)).toBe(2);
      expect(await store.prune({ keep, limit: 10 })).toEqual({ deleted: 2 });
      expect(await left(store, ids)).toEqual([ids[1], ids[3], ids[4]]);
      expect(await store.countPrunable(keep)).toBe(0);
    });

    test("those that ended together are kept together, rather than too few", async () => {
      const { store, request, claim, ended } = await open();
      const requests = Array.from({ length: 4 }, () => request());
      await store.enqueue(requests);
      await store.commit((await claim()).map((job) => ended(job, succeeded)));
      await store.prune({ keep: { ...everything, keepCompletedCount: 2 }, limit: 10 });
      const ids = requests.map(({ id }) => id);
      expect(await left(store, ids)).toEqual(ids);
    });

    test("a step deletes no more than it may, those that ended first before the others", async () => {
      const scene = await open();
      const { store } = scene;
      const ids: JobId[] = [];
      for (let count = 0; count < 5; count++) ids.push(await end(scene, "completed"));
      const step = () => store.prune({ keep: nothing, limit: 2 });
      expect(await step()).toEqual({ deleted: 2 });
      expect(await left(store, ids)).toEqual(ids.slice(2));
      expect([await step(), await step(), await step()].map(({ deleted }) => deleted)).toEqual([2, 1, 0]);
    });

    test("an operator may keep what the policy would delete, and delete what waits or runs never", async () => {
      const scene = await open();
      const { store, enqueue, claimOne, get, advance } = scene;
      const finished = await end(scene, "completed");
      await enqueue();
      const running = await claimOne();
      const waiting = await enqueue();
      await advance(2 * keepFailedMs);
      expect(await store.prune({ keep: everything, limit: 10 })).toEqual({ deleted: 0 });
      expect(await get(finished)).toMatchObject({ status: "completed" });
      expect(await store.prune({ keep: nothing, limit: 10 })).toEqual({ deleted: 1 });
      expect(await get(running.id)).toMatchObject({ status: "processing" });
      expect(await get(waiting)).toMatchObject({ status: "pending" });
    });

    test("a target shows how its newest job ended, also when that job is gone", async () => {
      const { store, enqueue, claimOne, commit, taskType } = await open();
      const target = { type: "document", id: `of-${taskType}` };
      await enqueue({ target });
      await commit(await claimOne(), succeeded);
      await store.prune({ keep: nothing, limit: 10 });
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({ status: "completed" });
    });

    test.each([
      { keepCompletedMs: -1 },
      { keepFailedMs: Number.NaN },
      { keepCompletedCount: -1 },
      { keepFailedCount: 1.5 },
    ])("to keep %o is refused", async (wrong) => {
      const { store } = await open();
      await expect(store.prune({ keep: { ...everything, ...wrong }, limit: 1 })).rejects.toThrow(RangeError);
      await expect(store.countPrunable({ ...everything, ...wrong })).rejects.toThrow(RangeError);
    });

    test.each([0, -1, 0.5, Number.NaN])("a step of %s jobs is refused", async (limit) => {
      const { store } = await open();
      await expect(store.prune({ keep: everything, limit })).rejects.toThrow(RangeError);
    });
  });
}
