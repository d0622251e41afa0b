import type { DedupeMode } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { permanent, rateLimited, succeeded } from "./outcomes.js";
import { dueAtOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeDedupe<Tx>(createStore: CreateStore<Tx>): void {
  describe("dedupe", () => {
    const open = useScenes(createStore);
    const keyed = (mode: DedupeMode, key = "article-1") => ({ dedupe: { key, mode } });

    test("`keep` answers the job that is there, and changes nothing", async () => {
      const { store, enqueue, get, request } = open();
      const id = await enqueue(keyed("keep"));
      const before = await get(id);
      const other = request({ ...keyed("keep"), payload: "other", priority: -9 });
      expect(await store.enqueue([other])).toEqual([{ id, outcome: "kept" }]);
      expect(await get(id)).toEqual(before);
      expect(await store.getJob(other.id)).toBeNull();
    });

    test.each(["replace", "rerun"] as const)(
      "`%s` gives a waiting job the new payload, priority, due time and deadline",
      async (mode) => {
        const { store, enqueue, get, request } = open();
        const id = await enqueue(keyed("keep"));
        const { createdAt } = await get(id);
        const changes = { payload: "new", priority: 4, due: { inMs: 9_000 }, deadline: { inMs: 99_000 } };
        const asked = request({ ...keyed(mode), ...changes });
        expect(await store.enqueue([asked])).toEqual([{ id, outcome: "replaced" }]);
        const job = await get(id);
        expect(job).toMatchObject({ id, payload: "new", priority: 4, status: "pending", createdAt });
        expect((job.deadlineAt ?? 0) - dueAtOf(job)).toBe(90_000);
        expect(await store.getJob(asked.id)).toBeNull();
      },
    );

    test.each(["replace", "rerun"] as const)(
      "behind a running job `%s` makes a new one when it has ended",
      async (mode) => {
        const { store, enqueue, get, claimOne, request, commit } = open();
        const target = { type: "document", id: "d1" };
        const id = await enqueue({ ...keyed("keep"), target });
        const running = await claimOne();
        const first = request({ ...keyed(mode), payload: "first" });
        const latest = request({ ...keyed(mode), payload: "latest", priority: 3 });
        expect(await store.enqueue([first])).toEqual([{ id, outcome: "rerun" }]);
        expect(await store.enqueue([latest])).toEqual([{ id, outcome: "rerun" }]);
        expect(await get(id)).toMatchObject({ status: "processing", payload: { text: "hello" } });
        expect(await commit(running, succeeded)).toMatchObject({ status: "completed" });
        expect(await get(id)).toMatchObject({ status: "completed", payload: { text: "hello" } });
        expect(await get(latest.id)).toMatchObject({
          ...{ status: "pending", payload: "latest", priority: 3, target },
          ...{ dedupeKey: "article-1", attempts: 0, leaseNo: 0 },
        });
        expect(await store.getJob(first.id)).toBeNull();
        expect(await store.getTargetStatus(target, running.taskType)).toMatchObject({ jobId: latest.id });
      },
    );

    test("a running job that failed for good is followed, too", async () => {
      const { store, enqueue, get, claimOne, request, commit } = open();
      await enqueue(keyed("keep"));
      const running = await claimOne();
      const asked = request(keyed("rerun"));
      await store.enqueue([asked]);
      expect(await commit(running, permanent)).toMatchObject({ status: "failed_ai" });
      expect(await get(asked.id)).toMatchObject({ status: "pending" });
    });

    test("a running job that lost its lease on the last attempt is followed, too", async () => {
      const { store, enqueue, get, claimOne, request, pass } = open();
      const id = await enqueue({ ...keyed("keep"), maxAttempts: 1 });
      await claimOne();
      const asked = request(keyed("rerun"));
      await store.enqueue([asked]);
      await pass(20_000);
      expect(await get(id)).toMatchObject({ status: "failed_job_logic" });
      expect(await get(asked.id)).toMatchObject({ status: "pending" });
    });

    test("a running job that is to run again anyway runs with the latest request", async () => {
      const { store, enqueue, get, gate, claimOne, request, commit } = open();
      const id = await enqueue(keyed("keep"));
      const running = await claimOne();
      const asked = request({ ...keyed("rerun"), payload: "new" });
      await store.enqueue([asked]);
      await commit(running, rateLimited(gate));
      expect(await get(id)).toMatchObject({ status: "rate_limited", payload: "new" });
      expect(await store.getJob(asked.id)).toBeNull();
    });

    test("a job that was cancelled is not followed", async () => {
      const { store, enqueue, claimOne, request, commit } = open();
      const id = await enqueue(keyed("keep"));
      const running = await claimOne();
      const asked = request(keyed("rerun"));
      await store.enqueue([asked]);
      await store.cancel(id);
      expect(await commit(running, permanent)).toMatchObject({ status: "cancelled" });
      expect(await store.getJob(asked.id)).toBeNull();
    });

    test("a key is free again when its job has ended", async () => {
      const { store, enqueue, claimOne, commit, request } = open();
      await enqueue(keyed("keep"));
      await commit(await claimOne(), succeeded);
      const second = await enqueue(keyed("keep"));
      await store.cancel(second);
      const third = request(keyed("keep"));
      expect(await store.enqueue([third])).toEqual([{ id: third.id, outcome: "created" }]);
    });

    test("the same key of another task type is another key", async () => {
      const { enqueue, otherTask } = open();
      const id = await enqueue(keyed("keep"));
      expect(await enqueue({ ...keyed("keep"), taskType: otherTask() })).not.toBe(id);
    });

    test("requests with one key in one list are answered as if they came one after another", async () => {
      const { store, get, request } = open();
      const first = request({ ...keyed("keep"), payload: 1 });
      const others = (["keep", "replace", "rerun", "keep"] as const).map((mode, index) =>
        request({ ...keyed(mode), payload: index + 2 }),
      );
      const answers = await store.enqueue([first, ...others]);
      expect(answers.map(({ outcome }) => outcome)).toEqual([
        "created",
        "kept",
        "replaced",
        "replaced",
        "kept",
      ]);
      expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([first.id]));
      expect(await get(first.id)).toMatchObject({ payload: 4, status: "pending" });
    });
  });
}
