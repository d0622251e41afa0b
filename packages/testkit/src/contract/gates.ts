import { FOREVER, noLimits } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { blocked, rateLimited, succeeded, unavailable } from "./outcomes.js";
import { claimRequest, idsOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeGates<Tx>(createStore: CreateStore<Tx>): void {
  describe("gates", () => {
    const open = useScenes(createStore);

    test("nothing passes a closed gate until its wait is over, and whoever asks hears when that is", async () => {
      const { store, enqueue, claimOne, commit, gate, taskType, claim, pass } = open();
      const ids = [await enqueue(), await enqueue()];
      await commit(await claimOne(), rateLimited(gate, { waitMs: 60_000 }));
      const { jobs, retryInMs } = await store.claim(claimRequest(taskType));
      expect(jobs).toEqual([]);
      expect(retryInMs).toBeLessThanOrEqual(60_000);
      expect(retryInMs).toBeGreaterThan(50_000);
      await pass(50_000);
      expect(await claim()).toEqual([]);
      await pass(10_000);
      expect(new Set(idsOf(await claim()))).toEqual(new Set(ids));
    });

    test("a job that was put off goes behind the others that wait at its gate", async () => {
      const { enqueue, claim, claimOne, commit, gate, advance, pass } = open();
      await enqueue();
      const refused = await claimOne();
      const waiting = await enqueue();
      await advance(1_000);
      await commit(refused, rateLimited(gate, { waitMs: 5_000 }));
      await pass(5_000);
      expect(idsOf(await claim({ limit: 1 }))).toEqual([waiting]);
    });

    test("a closed gate holds back its own task types only, and is not in the way of others", async () => {
      const { store, enqueue, claimOne, commit, gate, taskType, otherTask } = open();
      const other = otherTask();
      await enqueue();
      await enqueue({ priority: -1 });
      await commit(await claimOne(), rateLimited(gate));
      const free = await enqueue({ taskType: other, priority: 99 });
      const tasks = [taskType, other].map((type) => ({ taskType: type, limit: 5 }));
      const { jobs } = await store.claim(claimRequest(taskType, { limit: 1, tasks }));
      expect(idsOf(jobs)).toEqual([free]);
    });

    test("a gate that several task types pass holds them all back", async () => {
      const { store, enqueue, claimOne, commit, claim, gate, modelGate, taskType, otherTask } = open();
      const other = otherTask();
      const declarations = [{ key: modelGate, limits: noLimits }];
      await store.putTaskGates(taskType, declarations);
      await store.putTaskGates(other, declarations);
      await enqueue();
      await enqueue({ taskType: other });
      const gates = [gate, modelGate];
      await commit(await claimOne(), rateLimited(modelGate), { gates });
      expect(await claim({ tasks: [{ taskType: other, limit: 5 }] })).toEqual([]);
    });

    test("which gates a task passes is known to everyone, its own first", async () => {
      const { store, gate, modelGate, taskType } = open();
      const declarations = [{ key: modelGate, limits: { ...noLimits, maxInFlight: 3 } }];
      await store.putTaskGates(taskType, declarations);
      await store.putTaskGates(taskType, declarations);
      const taskGates = (await store.listTaskGates()).filter((each) => each.taskType === taskType);
      expect(taskGates).toEqual([{ taskType, gates: [gate, modelGate] }]);
      expect((await store.listGates()).filter(({ key }) => key === modelGate)).toMatchObject([
        { limits: { maxInFlight: 3 } },
      ]);
    });

    test("gates that a task does not pass any more do not hold it back", async () => {
      const { store, enqueue, modelGate, taskType, gate, claim } = open();
      await store.putTaskGates(taskType, [{ key: modelGate, limits: noLimits }]);
      await store.pauseGate(modelGate, { forMs: null });
      await enqueue();
      expect(await claim()).toEqual([]);
      await store.putTaskGates(taskType, []);
      expect(await claim()).toHaveLength(1);
      expect(await store.listTaskGates()).toContainEqual({ taskType, gates: [gate] });
    });

    test("declaring a gate again changes its limits, not what holds it", async () => {
      const { store, modelGate, taskType, getGate } = open();
      await store.putTaskGates(taskType, [{ key: modelGate, limits: noLimits }]);
      const { pausedUntil } = await store.pauseGate(modelGate, { forMs: 60_000 });
      await store.putTaskGates(taskType, [{ key: modelGate, limits: { ...noLimits, maxInFlight: 2 } }]);
      expect(await getGate(modelGate)).toMatchObject({ pausedUntil, limits: { maxInFlight: 2 } });
    });

    test("the gate remembers why it was closed, in whose words, because of which job", async () => {
      const { store, enqueue, claimOne, commit, gate, getGate } = open();
      const id = await enqueue();
      await commit(await claimOne(), blocked(gate));
      const now = await store.now();
      const { closing } = await getGate(gate);
      expect(closing).toMatchObject({ reason: "blocked_auth", detail: "it did not work", jobId: id });
      expect(Math.abs((closing?.closedAt ?? 0) - now)).toBeLessThan(1_000);
    });

    test("a pause holds until its time is over", async () => {
      const { store, enqueue, claim, gate, taskType, pass } = open();
      await enqueue();
      await store.pauseGate(gate, { forMs: 60_000 });
      const { jobs, retryInMs } = await store.claim(claimRequest(taskType));
      expect(jobs).toEqual([]);
      expect(retryInMs).toBeLessThanOrEqual(60_000);
      await pass(60_000);
      expect(await claim()).toHaveLength(1);
    });

    test("a pause without a time holds until somebody resumes", async () => {
      const { store, enqueue, claim, gate, taskType, pass } = open();
      await enqueue();
      expect(await store.pauseGate(gate, { forMs: null })).toMatchObject({ pausedUntil: FOREVER });
      await pass(86_400_000);
      expect(await store.claim(claimRequest(taskType))).toEqual({ jobs: [], retryInMs: null });
      expect(await store.resumeGate(gate)).toMatchObject({ key: gate, pausedUntil: null });
      expect(await claim()).toHaveLength(1);
    });

    test("resuming lets go of the pause only, opening of the provider's closing only", async () => {
      const { store, enqueue, claimOne, commit, claim, gate } = open();
      await enqueue();
      await commit(await claimOne(), rateLimited(gate));
      await store.pauseGate(gate, { forMs: null });
      expect(await store.resumeGate(gate)).toMatchObject({ closing: { reason: "rate_limited" } });
      expect(await claim()).toEqual([]);
      await store.pauseGate(gate, { forMs: null });
      expect(await store.openGate(gate)).toMatchObject({ closing: null, pausedUntil: FOREVER });
      expect(await claim()).toEqual([]);
      await store.resumeGate(gate);
      expect(await claim()).toHaveLength(1);
    });

    test("after somebody opened a gate, the answer to an older call cannot close it again", async () => {
      const { store, enqueue, claim, commit, gate, advance } = open();
      await enqueue();
      await enqueue();
      const [one, other] = await claim();
      if (one === undefined || other === undefined) throw new Error("two jobs are two");
      await advance(1_000);
      await commit(one, rateLimited(gate));
      await store.openGate(gate);
      expect(await commit(other, rateLimited(gate))).toMatchObject({ status: "rate_limited" });
      expect(await claim()).toHaveLength(2);
    });

    test("a gate that no worker has declared can be paused, too", async () => {
      const { store, enqueue, claim, otherTask } = open();
      const taskType = otherTask();
      const key = `task:${taskType}` as Parameters<typeof store.pauseGate>[0];
      expect(await store.pauseGate(key, { forMs: null })).toMatchObject({ key, limits: noLimits });
      await enqueue({ taskType });
      expect(await claim({ tasks: [{ taskType, limit: 1 }] })).toEqual([]);
      expect((await store.listGates()).map((gate) => gate.key)).toContain(key);
    });

    test("jobs that are not due yet do not make anyone wait for a gate in vain", async () => {
      const { store, enqueue, claimOne, commit, gate, taskType } = open();
      await enqueue();
      await commit(await claimOne(), unavailable(gate, 1_000));
      await enqueue({ due: { inMs: 60_000 } });
      const { retryInMs } = await store.claim(claimRequest(taskType));
      expect(retryInMs).toBeLessThanOrEqual(1_000);
      expect(retryInMs).toBeGreaterThan(0);
    });

    test("a gate that was closed without a told wait opens after a second", async () => {
      const { enqueue, claimOne, commit, claim, gate, pass } = open();
      await enqueue();
      await commit(await claimOne(), rateLimited(gate, { waitMs: null }));
      expect(await claim()).toEqual([]);
      await pass(1_000);
      expect(await commit(await claimOne(), succeeded)).toMatchObject({ status: "completed" });
    });
  });
}
