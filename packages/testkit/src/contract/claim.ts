import { compareClaimOrder } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { failure, rateLimited } from "./outcomes.js";
import { claimRequest, idsOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeClaim<Tx>(createStore: CreateStore<Tx>): void {
  describe("claim", () => {
    const open = useScenes(createStore);

    test("a claimed job is held under a lease, and its attempt is counted", async () => {
      const { store, enqueue, get, claim } = open();
      const id = await enqueue();
      const now = await store.now();
      const [job] = await claim({ workerId: "w1", claimNonce: 2 ** 53 - 1, leaseMs: 7_000 });
      expect(job).toMatchObject({
        ...{ id, status: "processing", attempts: 1, leaseNo: 1, payload: { text: "hello" } },
        ...{ cancelRequestedAt: null, rerun: null },
        lease: { workerId: "w1", claimNonce: 2 ** 53 - 1 },
      });
      expect(job?.lease.claimedAt).toBeGreaterThanOrEqual(now);
      expect((job?.lease.expiresAt ?? 0) - (job?.lease.claimedAt ?? 0)).toBe(7_000);
      expect(await get(id)).toEqual(job);
    });

    test("a job is claimed once", async () => {
      const { enqueue, claim } = open();
      await enqueue();
      expect(await claim()).toHaveLength(1);
      expect(await claim()).toEqual([]);
    });

    test("only task types that are asked for are claimed", async () => {
      const { store, enqueue, otherTask } = open();
      await enqueue();
      expect(await store.claim(claimRequest(otherTask()))).toEqual({ jobs: [], retryInMs: null });
      expect((await store.claim(claimRequest("", { tasks: [] }))).jobs).toEqual([]);
    });

    test("lower priorities go first, then earlier due times, then smaller ids", async () => {
      const { store, request, claimOne } = open();
      const now = await store.now();
      const due = (agoMs: number) => ({ at: (now - agoMs) as typeof now });
      const [small, large] = [request({ due: due(5) }), request({ due: due(5) })].sort((one, other) =>
        one.id < other.id ? -1 : 1,
      );
      if (small === undefined || large === undefined) throw new Error("two requests are two");
      const urgent = request({ priority: -1, due: due(1) });
      const old = request({ due: due(9) });
      const unimportant = request({ priority: 1, due: due(99) });
      await store.enqueue([unimportant, large, old, small, urgent]);
      const order: string[] = [];
      for (let count = 0; count < 5; count++) order.push((await claimOne()).id);
      expect(order).toEqual([urgent, old, small, large, unimportant].map(({ id }) => id));
    });

    test("jobs that come back stand where their priority and their new due time put them", async () => {
      const { store, request, claim, claimOne, commit, modelGate, get, pass, enqueue } = open();
      const requests = [1, 0, 0, 0, -1].map((priority) => request({ priority }));
      await store.enqueue(requests);
      // The earlier in the order, the later it comes back.
      const waits = [1, 2, 3, 4, 5].map((seconds) => seconds * 60_000);
      for (const [index, job] of (await claim()).entries()) {
        const waitMs = waits[4 - index] ?? 0;
        const isRetried = index % 2 === 0;
        await commit(
          job,
          isRetried ? { type: "transient", waitMs, failure } : rateLimited(modelGate, { waitMs }),
        );
      }
      const returning = await Promise.all(requests.map(({ id }) => get(id)));
      expect(new Set(returning.map(({ status }) => status))).toEqual(new Set(["retry_ai", "rate_limited"]));
      await pass(600_000);
      const fresh = await get(await enqueue());
      const order: string[] = [];
      for (let count = 0; count < 6; count++) order.push((await claimOne()).id);
      const waiting = [...returning, fresh].filter((job) => "dueAt" in job);
      expect(order).toEqual(idsOf(waiting.toSorted(compareClaimOrder)));
      expect(order.at(-1)).toBe(requests[0]?.id);
      expect(order.at(-2)).toBe(fresh.id);
    });

    test("several jobs taken at once are the first ones", async () => {
      const { store, request, claim } = open();
      const requests = [3, 1, 4, 0, 2].map((priority) => request({ priority }));
      await store.enqueue(requests);
      const taken = await claim({ limit: 3 });
      expect(taken.map(({ priority }) => priority).sort()).toEqual([0, 1, 2]);
    });

    test("no more are taken than the limit in all, and than the limit of each task type", async () => {
      const { store, request, taskType, otherTask } = open();
      const other = otherTask();
      const jobs = [taskType, other].flatMap((type) =>
        Array.from({ length: 5 }, () => request({ taskType: type })),
      );
      await store.enqueue(jobs);
      const take = async (limit: number, limits: readonly [number, number]) => {
        const tasks = [
          { taskType, limit: limits[0] },
          { taskType: other, limit: limits[1] },
        ];
        const { jobs: taken } = await store.claim(claimRequest(taskType, { limit, tasks }));
        const ours = taken.filter((job) => job.taskType === taskType).length;
        return [ours, taken.length - ours];
      };
      expect(await take(10, [2, 1])).toEqual([2, 1]);
      expect(await take(10, [0, 1])).toEqual([0, 1]);
      expect(await take(2, [5, 5])).toEqual([2, 0]);
      expect(await take(10, [5, 5])).toEqual([1, 3]);
    });

    test("task types are served in the order in which they are named", async () => {
      const { store, enqueue, taskType, otherTask } = open();
      const other = otherTask();
      await enqueue();
      const expected = await enqueue({ taskType: other, priority: 9 });
      const tasks = [other, taskType].map((type) => ({ taskType: type, limit: 1 }));
      const { jobs } = await store.claim(claimRequest(taskType, { limit: 1, tasks }));
      expect(idsOf(jobs)).toEqual([expected]);
    });

    test("a job is not claimed before it is due", async () => {
      const { enqueue, claim, pass } = open();
      const id = await enqueue({ due: { inMs: 60_000 } });
      expect(await claim()).toEqual([]);
      await pass(50_000);
      expect(await claim()).toEqual([]);
      await pass(10_000);
      expect(idsOf(await claim())).toEqual([id]);
    });

    test("whoever finds nothing hears when the next job will be due", async () => {
      const { store, enqueue, taskType } = open();
      expect(await store.claim(claimRequest(taskType))).toEqual({ jobs: [], retryInMs: null });
      await enqueue({ due: { inMs: 3_600_000 } });
      await enqueue({ due: { inMs: 60_000 } });
      const { retryInMs } = await store.claim(claimRequest(taskType));
      expect(retryInMs).toBeLessThanOrEqual(60_000);
      expect(retryInMs).toBeGreaterThan(50_000);
    });

    test("a job that has become due ends the wait that was told", async () => {
      const { store, enqueue, taskType, pass } = open();
      const id = await enqueue({ due: { inMs: 60_000 } });
      const { retryInMs } = await store.claim(claimRequest(taskType));
      await pass(retryInMs ?? 0);
      expect(idsOf((await store.claim(claimRequest(taskType))).jobs)).toEqual([id]);
    });

    test("a job that has become due is not passed over while others keep coming", async () => {
      const { store, enqueue, taskType, advance } = open();
      // Whoever claims knows the task type by then.
      await enqueue();
      await store.claim(claimRequest(taskType));
      const late = await enqueue({ due: { inMs: 1_000 }, priority: -10 });
      await advance(1_000);
      const claimed: string[] = [];
      for (let trickle = 0; trickle < 3; trickle++) {
        await enqueue();
        claimed.push(...idsOf((await store.claim(claimRequest(taskType))).jobs));
      }
      expect(claimed).toContain(late);
    });

    test("a job whose deadline has passed is not claimed, even before upkeep finds it", async () => {
      const { enqueue, claim, advance } = open();
      await enqueue({ deadline: { inMs: 10_000 } });
      await advance(10_000);
      expect(await claim()).toEqual([]);
    });

    test("a job replaced by a later due time waits for it", async () => {
      const { store, enqueue, claim, request, pass } = open();
      const dedupe = { key: "k", mode: "replace" } as const;
      const id = await enqueue({ dedupe });
      await store.enqueue([request({ dedupe, due: { inMs: 60_000 } })]);
      expect(await claim()).toEqual([]);
      await pass(60_000);
      expect(idsOf(await claim())).toEqual([id]);
    });

    test("a job replaced by an earlier due time need not wait", async () => {
      const { store, enqueue, claim, request } = open();
      const dedupe = { key: "k", mode: "replace" } as const;
      const id = await enqueue({ dedupe, due: { inMs: 60_000 } });
      await store.enqueue([request({ dedupe })]);
      expect(idsOf(await claim())).toEqual([id]);
    });
  });
}
