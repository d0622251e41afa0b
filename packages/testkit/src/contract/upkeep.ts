import { defaultJobPolicy } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { rateLimited, succeeded } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function describeUpkeep<Tx>(createStore: CreateStore<Tx>): void {
  describe("upkeep", () => {
    const open = useScenes(createStore);

    test("jobs past their deadline end wherever they wait", async () => {
      const { enqueue, get, gate, claimOne, commit, maintain, advance } = open();
      const deadline = { inMs: 60_000 };
      const limited = await enqueue({ deadline });
      await commit(await claimOne(), rateLimited(gate));
      const pending = await enqueue({ deadline });
      const later = await enqueue({ deadline, due: { inMs: 90_000 } });
      const inTime = await enqueue({ deadline: { inMs: 61_000 } });
      await advance(60_000);
      expect((await maintain()).expired).toBeGreaterThanOrEqual(3);
      for (const id of [limited, pending, later])
        expect(await get(id)).toMatchObject({
          status: "failed_ai",
          lastFailure: { code: "deadline_passed" },
        });
      expect(await get(inTime)).toMatchObject({ status: "pending" });
    });

    test("a running job is not ended by its deadline", async () => {
      const { enqueue, claimOne, commit, pass } = open();
      await enqueue({ deadline: { inMs: 5_000 } });
      const job = await claimOne();
      await pass(10_000);
      expect(await commit(job, succeeded)).toMatchObject({ status: "completed" });
    });

    test("one step of upkeep touches no more rows of a kind than it may", async () => {
      const { store, request, claim, advance, pass } = open();
      await pass(hourMs);
      await store.enqueue(Array.from({ length: 5 }, () => request()));
      await claim();
      await advance(20_000);
      const step = () => store.maintain({ limit: 2, policy: defaultJobPolicy });
      expect([(await step()).reclaimed, (await step()).reclaimed, (await step()).reclaimed]).toEqual([
        2, 2, 1,
      ]);
    });

    test("a job whose type no live worker handles fails after a day", async () => {
      const { store, enqueue, get, worker, otherTask, pass } = open();
      const id = await enqueue();
      const busy = worker({ taskTypes: [otherTask()], liveForMs: 2 * hourMs });
      await store.putWorker(busy);
      await pass(0);
      for (let hour = 1; hour < 24; hour++) {
        await pass(hourMs);
        await store.putWorker(busy);
      }
      expect(await get(id)).toMatchObject({ status: "pending" });
      const young = await enqueue();
      await pass(hourMs);
      expect(await get(id)).toMatchObject({ status: "failed_job_logic", attempts: 0 });
      expect(await get(young)).toMatchObject({ status: "pending" });
      await store.removeWorker(busy.id);
    });

    test("an unroutable job that an operator retries waits another day", async () => {
      const { store, enqueue, get, worker, otherTask, pass } = open();
      const id = await enqueue();
      // Others of its type keep the clock of the type going.
      await enqueue({ due: { inMs: 10 * dayMs } });
      const busy = worker({ taskTypes: [otherTask()], liveForMs: 2 * dayMs });
      await store.putWorker(busy);
      await pass(0);
      await pass(dayMs);
      expect(await get(id)).toMatchObject({ status: "failed_job_logic" });
      await store.retry(id);
      await pass(dayMs - 1_000);
      expect(await get(id)).toMatchObject({ status: "pending" });
      await pass(1_000);
      expect(await get(id)).toMatchObject({ status: "failed_job_logic" });
      await store.removeWorker(busy.id);
    });

    test("a job that is due in a week is not unroutable before it has been due for a day", async () => {
      const { store, enqueue, get, worker, otherTask, pass } = open();
      const id = await enqueue({ due: { inMs: 7 * dayMs } });
      const busy = worker({ taskTypes: [otherTask()], liveForMs: 2 * dayMs });
      await store.putWorker(busy);
      await pass(0);
      for (let day = 1; day <= 8; day++) {
        expect(await get(id)).toMatchObject({ status: "pending" });
        await store.putWorker(busy);
        await pass(dayMs);
      }
      expect(await get(id)).toMatchObject({ status: "failed_job_logic" });
      await store.removeWorker(busy.id);
    });

    test("while there is no live worker at all, nobody is called unroutable", async () => {
      const { enqueue, get, pass } = open();
      const id = await enqueue();
      for (let day = 0; day < 3; day++) await pass(dayMs);
      expect(await get(id)).toMatchObject({ status: "pending" });
    });

    test("a job whose type a live worker handles waits as long as it takes", async () => {
      const { store, enqueue, get, worker, pass } = open();
      const id = await enqueue();
      const able = worker({ liveForMs: 2 * dayMs });
      for (let day = 0; day < 3; day++) {
        await store.putWorker(able);
        await pass(dayMs);
      }
      expect(await get(id)).toMatchObject({ status: "pending" });
      await store.removeWorker(able.id);
    });
  });
}
