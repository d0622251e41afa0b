import { describe, expect, test } from "vitest";
import { idsOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeTransactions<Tx>(createStore: CreateStore<Tx>): void {
  describe("enqueueing in the app's transaction", () => {
    const open = useScenes(createStore);

    test("jobs exist with what the app wrote when its transaction is committed", async () => {
      const { store, transaction, request, notes, taskType, claim } = open();
      const asked = [request(), request()];
      const answers = await transaction(async (tx) => {
        await notes.add(tx, taskType);
        return store.enqueue(asked, { tx });
      });
      expect(answers).toEqual(asked.map(({ id }) => ({ id, outcome: "created" })));
      expect(await notes.list()).toContain(taskType);
      expect(new Set(idsOf(await claim()))).toEqual(new Set(asked.map(({ id }) => id)));
    });

    test("jobs do not exist when the app's transaction is rolled back", async () => {
      const { store, transaction, request, notes, taskType } = open();
      const failing = transaction(async (tx) => {
        await notes.add(tx, taskType);
        await store.enqueue([request()], { tx });
        throw new Error("the app changed its mind");
      });
      await expect(failing).rejects.toThrow("the app changed its mind");
      expect(await store.countJobs({ taskType })).toEqual([]);
      expect(await notes.list()).not.toContain(taskType);
    });

    test("what was enqueued in a transaction is there for its later requests", async () => {
      const { store, transaction, request, get } = open();
      const dedupe = { key: "article-1", mode: "replace" } as const;
      const first = request({ dedupe, payload: 1 });
      const answers = await transaction(async (tx) => [
        ...(await store.enqueue([first], { tx })),
        ...(await store.enqueue([request({ dedupe, payload: 2 })], { tx })),
      ]);
      expect(answers).toEqual([
        { id: first.id, outcome: "created" },
        { id: first.id, outcome: "replaced" },
      ]);
      expect(await get(first.id)).toMatchObject({ payload: 2 });
    });

    test("a transaction that is rolled back replaces nothing", async () => {
      const { store, transaction, enqueue, request, get } = open();
      const dedupe = { key: "article-1", mode: "replace" } as const;
      const id = await enqueue({ dedupe, payload: 1 });
      const failing = transaction(async (tx) => {
        expect(await store.enqueue([request({ dedupe, payload: 2 })], { tx })).toEqual([
          { id, outcome: "replaced" },
        ]);
        throw new Error("never mind");
      });
      await expect(failing).rejects.toThrow("never mind");
      expect(await get(id)).toMatchObject({ payload: 1 });
    });

    test("the target's status follows the transaction, too", async () => {
      const { store, transaction, request, taskType } = open();
      const target = { type: "document", id: taskType };
      const rolledBack = transaction(async (tx) => {
        await store.enqueue([request({ target })], { tx });
        throw new Error("never mind");
      });
      await expect(rolledBack).rejects.toThrow("never mind");
      expect(await store.getTargetStatus(target, taskType)).toBeNull();
      await transaction((tx) => store.enqueue([request({ target })], { tx }));
      expect(await store.getTargetStatus(target, taskType)).toMatchObject({ status: "pending" });
    });
  });
}
