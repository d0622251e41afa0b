import {
  type JobId,
  type JobQuery,
  type JobStatus,
  type JobStore,
  jobStatuses,
  liveStatuses,
} from "@sluice/core";
import { describe, expect, test } from "vitest";
import { permanent, succeeded } from "./outcomes.js";
import { idsOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeListing<Tx>(createStore: CreateStore<Tx>): void {
  describe("listing", () => {
    const open = useScenes(createStore);

    async function allPages(store: JobStore<Tx>, query: JobQuery): Promise<readonly JobId[]> {
      const ids: JobId[] = [];
      let { jobs, next } = await store.listJobs(query);
      ids.push(...idsOf(jobs));
      while (next !== null) {
        ({ jobs, next } = await store.listJobs({ ...query, cursor: next }));
        ids.push(...idsOf(jobs));
      }
      return ids;
    }

    test("jobs are listed newest first, page by page, each once", async () => {
      const { store, enqueue, advance, taskType } = open();
      const ids: JobId[] = [];
      for (let count = 0; count < 7; count++) {
        ids.unshift(await enqueue());
        await advance(10);
      }
      const page = await store.listJobs({ taskType, limit: 3 });
      expect(idsOf(page.jobs)).toEqual(ids.slice(0, 3));
      expect(page.next).not.toBeNull();
      expect(await allPages(store, { taskType, limit: 3 })).toEqual(ids);
      expect(await allPages(store, { taskType, limit: 7 })).toEqual(ids);
      expect((await store.listJobs({ taskType, limit: 8 })).next).toBeNull();
    });

    test("the job that is due next is told: one that is due already, else the soonest, whatever its priority", async () => {
      const { store, enqueue, claimOne, taskType } = open();
      expect(await store.getNextDueJob(taskType)).toBeNull();
      await enqueue({ due: { inMs: 90_000 }, priority: -5 });
      const soonest = await enqueue({ due: { inMs: 30_000 } });
      expect(await store.getNextDueJob(taskType)).toMatchObject({ id: soonest, status: "pending" });
      const due = await enqueue();
      expect((await store.getNextDueJob(taskType))?.id).toBe(due);
      await claimOne();
      expect((await store.getNextDueJob(taskType))?.id).toBe(soonest);
    });

    test("pages stay what they are while jobs are made, claimed and ended", async () => {
      const { store, enqueue, claim, commit, advance, taskType } = open();
      const ids: JobId[] = [];
      for (let count = 0; count < 6; count++) {
        ids.unshift(await enqueue());
        await advance(10);
      }
      const { jobs, next } = await store.listJobs({ taskType, limit: 2 });
      if (next === null) throw new Error("there is a second page");
      await enqueue();
      for (const job of await claim()) await commit(job, succeeded);
      const rest = await store.listJobs({ taskType, limit: 10, cursor: next });
      expect([...idsOf(jobs), ...idsOf(rest.jobs)]).toEqual(ids);
    });

    test("a list may be of some statuses, one task type, one target", async () => {
      const { store, enqueue, claimOne, commit, taskType, otherTask } = open();
      const target = { type: "document", id: `of-${taskType}` };
      const done = await enqueue({ target, priority: -3 });
      await commit(await claimOne(), succeeded);
      const failed = await enqueue({ priority: -2 });
      await commit(await claimOne(), permanent);
      const running = await enqueue({ target, priority: -1 });
      await claimOne();
      const pending = await enqueue();
      const other = await enqueue({ target, taskType: otherTask() });
      const list = async (query: Omit<JobQuery, "limit">) =>
        new Set(idsOf((await store.listJobs({ limit: 100, ...query })).jobs));
      expect(await list({ taskType })).toEqual(new Set([done, failed, running, pending]));
      expect(await list({ target })).toEqual(new Set([done, running, other]));
      expect(await list({ taskType, target })).toEqual(new Set([done, running]));
      expect(await list({ taskType, statuses: ["completed", "pending"] })).toEqual(new Set([done, pending]));
      expect(await list({ taskType, statuses: ["processing"] })).toEqual(new Set([running]));
      expect(await list({ target, statuses: ["failed_ai", "pending"] })).toEqual(new Set([other]));
    });

    test("a list by all that can be asked for has pages, too", async () => {
      const { store, enqueue, taskType } = open();
      const target = { type: "document", id: `pages-of-${taskType}` };
      const ids = [await enqueue({ target }), await enqueue({ target }), await enqueue({ target })];
      for (const statuses of [["pending"], ["pending", "completed"]] as const) {
        const query = { statuses, taskType, target, limit: 2 };
        const first = await store.listJobs(query);
        const second = await store.listJobs({ ...query, ...(first.next !== null && { cursor: first.next }) });
        expect(new Set([...idsOf(first.jobs), ...idsOf(second.jobs)])).toEqual(new Set(ids));
        expect([first.jobs.length, second.jobs.length, second.next]).toEqual([2, 1, null]);
      }
    });

    test("listed jobs are whole", async () => {
      const { store, enqueue, claim, get, taskType } = open();
      const ids = [await enqueue({ target: { type: "t", id: "1" }, payload: [1] }), await enqueue()];
      await claim({ limit: 1 });
      const { jobs } = await store.listJobs({ taskType, limit: 10 });
      for (const id of ids) expect(jobs).toContainEqual(await get(id));
    });

    test("jobs are counted by task type and status, and what is not there is not listed", async () => {
      const { store, enqueue, claimOne, commit, taskType, otherTask } = open();
      const other = otherTask();
      await enqueue();
      await commit(await claimOne(), succeeded);
      await enqueue();
      await enqueue();
      await enqueue({ taskType: other });
      const expected = [
        { taskType, status: "completed", count: 1 },
        { taskType, status: "pending", count: 2 },
      ];
      const counts = await store.countJobs({ taskType });
      expect(counts).toHaveLength(2);
      expect(counts).toEqual(expect.arrayContaining(expected));
      expect(await store.countJobs()).toEqual(
        expect.arrayContaining([...expected, { taskType: other, status: "pending", count: 1 }]),
      );
      expect(await store.countJobs({ taskType: otherTask() })).toEqual([]);
      const count = (statuses: readonly JobStatus[]) => store.countJobs({ taskType, statuses });
      expect(await count(liveStatuses)).toEqual(expected.slice(1));
      expect(await count(["completed", "cancelled"])).toEqual(expected.slice(0, 1));
      expect(await count(jobStatuses)).toHaveLength(2);
    });

    test.each([0, 1_001, 1.5, Number.NaN])("a page of %s jobs is refused", async (limit) => {
      const { store } = open();
      await expect(store.listJobs({ limit })).rejects.toThrow(RangeError);
    });

    test("a cursor that no page has told is refused", async () => {
      const { store } = open();
      await expect(store.listJobs({ limit: 1, cursor: "'; drop table jobs" })).rejects.toThrow(RangeError);
    });
  });
}
