import type { JsonValue } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { dueAtOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeEnqueue<Tx>(createStore: CreateStore<Tx>): void {
  describe("enqueue", () => {
    const open = useScenes(createStore);

    test("a job begins as it was requested", async () => {
      const { store, get, request } = open();
      const asked = request({
        target: { type: "code_entity", id: "src/a.ts#run" },
        priority: -5,
        maxAttempts: 7,
        dedupe: { key: "k", mode: "keep" },
      });
      expect(await store.enqueue([asked])).toEqual([{ id: asked.id, outcome: "created" }]);
      const { id, taskType, target, payload, priority, maxAttempts } = asked;
      const now = await store.now();
      const job = await get(id);
      expect(job).toMatchObject({
        ...{ id, taskType, target, payload, priority, maxAttempts },
        ...{ status: "pending", dedupeKey: "k", deadlineAt: null, lastFailure: null },
        ...{ attempts: 0, deferrals: 0, invalidOutputs: 0, leaseNo: 0, retriedAtLeaseNo: 0 },
        deferralClock: { spentMs: 0, runningSinceAt: null },
      });
      expect(job.createdAt).toBeLessThanOrEqual(now);
      expect(job.createdAt).toBeGreaterThan(now - 10_000);
    });

    test("times are counted from the store's clock, instants stay as they are named", async () => {
      const { store, advance, enqueue, get } = open();
      await advance(3_600_000);
      const before = await store.now();
      const relative = await get(await enqueue({ due: { inMs: 5_000 }, deadline: { inMs: 60_000 } }));
      expect(dueAtOf(relative) - relative.createdAt).toBe(5_000);
      expect((relative.deadlineAt ?? 0) - relative.createdAt).toBe(60_000);
      expect(relative.createdAt).toBeGreaterThanOrEqual(before);
      const absolute = await get(await enqueue({ due: { at: before }, deadline: { at: before } }));
      expect([dueAtOf(absolute), absolute.deadlineAt]).toEqual([before, before]);
    });

    test("answers come in the order of the requests", async () => {
      const { store, request } = open();
      const requests = Array.from({ length: 20 }, (_, index) =>
        request({ dedupe: { key: `key-${(index * 7) % 20}`, mode: "keep" } }),
      );
      const answers = await store.enqueue(requests);
      expect(answers).toEqual(requests.map(({ id }) => ({ id, outcome: "created" })));
    });

    test("an empty list makes nothing", async () => {
      const { store } = open();
      expect(await store.enqueue([])).toEqual([]);
    });

    test.each<[string, JsonValue]>([
      ["nothing", null],
      ["text with quotes, line separators and signs beyond the basic plane", `'"\\;--\u2028\u2029 🦭 %s $1`],
      ["numbers at the edges", [0, -1.5, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
      ["empty things", { "": {}, a: [], b: [[], {}], c: "" }],
      ["keys that mean something elsewhere", { constructor: 1, "$.a": 2, "a'b": 3, type: null }],
    ])("a payload comes back as it was: %s", async (_, payload) => {
      const { enqueue, get } = open();
      expect((await get(await enqueue({ payload }))).payload).toEqual(payload);
    });

    test("names and keys are plain data, whatever is in them", async () => {
      const { store, enqueue, get, otherTask } = open();
      const nasty = `'; drop table jobs; -- {a,b} "x" \\ 🦭 ${otherTask()}`;
      const target = { type: nasty, id: nasty };
      const id = await enqueue({ taskType: nasty, target, dedupe: { key: nasty, mode: "keep" } });
      expect(await get(id)).toMatchObject({ taskType: nasty, target, dedupeKey: nasty });
      expect(await store.getTargetStatus(target, nasty)).toMatchObject({ jobId: id });
      expect(await store.countJobs({ taskType: nasty })).toEqual([
        { taskType: nasty, status: "pending", count: 1 },
      ]);
    });

    test("a list of more than a thousand is made as a whole", async () => {
      const { store, request, taskType } = open();
      const requests = Array.from({ length: 1_200 }, () => request());
      expect(await store.enqueue(requests)).toHaveLength(1_200);
      expect(await store.countJobs({ taskType })).toEqual([{ taskType, status: "pending", count: 1_200 }]);
    });

    test("one request that cannot be stored makes the whole list fail", async () => {
      const { store, request, taskType } = open();
      const taken = request();
      await store.enqueue([taken]);
      await expect(store.enqueue([request(), taken, request()])).rejects.toThrow();
      expect(await store.countJobs({ taskType })).toEqual([{ taskType, status: "pending", count: 1 }]);
    });

    test("a job that nobody made is not there", async () => {
      const { store, request } = open();
      expect(await store.getJob(request().id)).toBeNull();
    });
  });
}
