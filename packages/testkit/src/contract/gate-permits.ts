import { type GateLimits, noLimits, type ProcessingJob, type RunUsage } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { permanent, rateLimited, succeeded, transient, unavailable } from "./outcomes.js";
import { claimRequest, type Scene, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeGatePermits<Tx>(createStore: CreateStore<Tx>): void {
  describe("permits of a gate", () => {
    const open = useScenes(createStore);

    /** A task behind a model gate with these limits, and with so many jobs. */
    async function openLimited(limits: Partial<GateLimits>, jobs: number) {
      const scene = open();
      const { store, taskType, modelGate } = scene;
      await store.putTaskGates(taskType, [{ key: modelGate, limits: { ...noLimits, ...limits } }]);
      await store.enqueue(Array.from({ length: jobs }, () => scene.request()));
      return scene;
    }

    const gatesOf = ({ gate, modelGate }: Scene<Tx>) => ({ gates: [gate, modelGate] });

    test("no more jobs run at once than the window allows", async () => {
      const scene = await openLimited({ maxInFlight: 2 }, 5);
      const { store, taskType, claim, commit } = scene;
      const [first] = await claim();
      if (first === undefined) throw new Error("nothing was claimed");
      expect(await store.claim(claimRequest(taskType))).toEqual({ jobs: [], retryInMs: null });
      await commit(first, permanent, gatesOf(scene));
      expect(await claim()).toHaveLength(1);
    });

    test("a window that several task types share counts the jobs of all", async () => {
      const { store, claim, enqueue, otherTask, modelGate } = await openLimited({ maxInFlight: 2 }, 1);
      const other = otherTask();
      await store.putTaskGates(other, [{ key: modelGate, limits: { ...noLimits, maxInFlight: 2 } }]);
      expect(await claim()).toHaveLength(1);
      await enqueue({ taskType: other });
      await enqueue({ taskType: other });
      expect(await claim({ tasks: [{ taskType: other, limit: 9 }] })).toHaveLength(1);
    });

    test("two task types in one claim share the window, too", async () => {
      const { store, enqueue, otherTask, modelGate, taskType } = await openLimited({ maxInFlight: 3 }, 2);
      const other = otherTask();
      await store.putTaskGates(other, [{ key: modelGate, limits: { ...noLimits, maxInFlight: 3 } }]);
      await enqueue({ taskType: other });
      await enqueue({ taskType: other });
      const tasks = [taskType, other].map((type) => ({ taskType: type, limit: 9 }));
      const { jobs, retryInMs } = await store.claim(claimRequest(taskType, { tasks }));
      expect(jobs.length).toBeGreaterThanOrEqual(2);
      expect(jobs.length).toBeLessThanOrEqual(3);
      // Whoever leaves a permit to a task type that has no use for it must say that there is more to take.
      if (jobs.length < 3) expect(retryInMs).toBeLessThanOrEqual(1_000);
      const rest = await store.claim(claimRequest(taskType, { tasks }));
      expect(jobs.length + rest.jobs.length).toBe(3);
    });

    test("a run whose lease has run out leaves the window, even before it is reclaimed", async () => {
      const { claim, advance } = await openLimited({ maxInFlight: 1 }, 2);
      expect(await claim()).toHaveLength(1);
      await advance(14_000);
      expect(await claim()).toEqual([]);
      await advance(1_000);
      expect(await claim()).toHaveLength(1);
    });

    test("a request budget passes what it has, and says when it has more", async () => {
      const { store, taskType, claim, pass } = await openLimited({ requestsPerMinute: 6 }, 9);
      const first = await claim();
      expect(first).toHaveLength(1);
      const { jobs, retryInMs } = await store.claim(claimRequest(taskType));
      expect(jobs).toEqual([]);
      expect(retryInMs).toBeGreaterThan(5_000);
      expect(retryInMs).toBeLessThanOrEqual(10_500);
      await pass(retryInMs ?? 0);
      expect(await claim()).toHaveLength(1);
    });

    test("a budget is drawn on by what was taken, not by what was asked for", async () => {
      const { claim, enqueue } = await openLimited({ requestsPerMinute: 6_000 }, 2);
      expect(await claim({ limit: 1 })).toHaveLength(1);
      expect(await claim({ limit: 20 })).toHaveLength(1);
      for (let count = 0; count < 40; count++) await enqueue();
      const rest = await claim({ limit: 40 });
      expect(rest.length).toBeGreaterThanOrEqual(20);
      expect(rest.length).toBeLessThan(40);
    });

    test("a long idle time does not save up permits", async () => {
      const { claim, pass } = await openLimited({ requestsPerMinute: 60 }, 9);
      await pass(3_600_000);
      expect((await claim()).length).toBeLessThanOrEqual(2);
    });

    test("of several gates the narrowest decides", async () => {
      const { store, claim, taskType, modelGate, gate } = await openLimited({ maxInFlight: 5 }, 9);
      await store.putTaskGates(taskType, [
        { key: gate, limits: { ...noLimits, maxInFlight: 2 } },
        { key: modelGate, limits: { ...noLimits, maxInFlight: 5 } },
      ]);
      expect(await claim()).toHaveLength(2);
      expect(await claim()).toEqual([]);
    });

    test("a call that used more tokens than expected is paid off before the next ones pass", async () => {
      const scene = await openLimited({ tokensPerMinute: 60_000 }, 9);
      const { claim, commit, pass } = scene;
      const usage: RunUsage = {
        model: "acme:mt-2",
        inputTokens: 59_000,
        cachedInputTokens: null,
        outputTokens: 1_000,
        costUsd: null,
      };
      await pass(60_000);
      const [job] = await claim({ limit: 1 });
      if (job === undefined) throw new Error("nothing was claimed");
      await commit(job, succeeded, { ...gatesOf(scene), usage });
      expect(await claim()).toEqual([]);
      await pass(180_000);
      expect((await claim()).length).toBeGreaterThan(0);
    });

    test("limits that an answer told hold from then on", async () => {
      const scene = await openLimited({}, 9);
      const { claim, claimOne, commit, modelGate, getGate } = scene;
      const told = { gate: modelGate, limits: { requestsPerMinute: 60 } };
      await commit(await claimOne(), succeeded, { ...gatesOf(scene), told });
      expect((await getGate(modelGate)).pacing.toldRequestsPerMinute).toBe(60);
      expect((await claim()).length).toBeLessThanOrEqual(2);
    });

    test("after an outage one job at a time is the probe, and its success lets the others pass", async () => {
      const scene = await openLimited({}, 5);
      const { store, taskType, claim, claimOne, commit, modelGate, pass } = scene;
      await commit(await claimOne(), unavailable(modelGate, 10_000), gatesOf(scene));
      await pass(10_000);
      const [probe, ...more] = await claim();
      expect(more).toEqual([]);
      expect(await store.claim(claimRequest(taskType))).toEqual({ jobs: [], retryInMs: null });
      if (probe === undefined) throw new Error("there was no probe");
      await commit(probe, succeeded, gatesOf(scene));
      expect(await claim()).toHaveLength(4);
    });

    test("a success that asked nobody is no probe: the next job is", async () => {
      const scene = await openLimited({}, 5);
      const { claim, claimOne, commit, getGate, modelGate, pass } = scene;
      await commit(await claimOne(), unavailable(modelGate, 10_000), gatesOf(scene));
      await pass(10_000);
      const told = { gate: modelGate, limits: { requestsPerMinute: 60 } };
      await commit(await claimOne(), succeeded, { ...gatesOf(scene), asked: false, told });
      expect(await getGate(modelGate)).toMatchObject({
        closing: { reason: "provider_down" },
        pacing: { toldRequestsPerMinute: null },
      });
      const [probe, ...more] = await claim();
      expect(more).toEqual([]);
      if (probe === undefined) throw new Error("there was no probe");
      await commit(probe, succeeded, gatesOf(scene));
      expect((await getGate(modelGate)).closing).toBeNull();
      expect(await claim()).toHaveLength(3);
    });

    test("a probe that says nothing about the provider is followed by another one", async () => {
      const scene = await openLimited({}, 5);
      const { claim, claimOne, commit, modelGate, pass } = scene;
      await commit(await claimOne(), unavailable(modelGate, 10_000), gatesOf(scene));
      await pass(10_000);
      await commit(await claimOne(), transient, gatesOf(scene));
      expect(await claim()).toHaveLength(1);
    });

    test("a probe that dies with its worker is followed by another one", async () => {
      const scene = await openLimited({}, 5);
      const { claim, claimOne, commit, modelGate, pass } = scene;
      await commit(await claimOne(), unavailable(modelGate, 10_000), gatesOf(scene));
      await pass(10_000);
      expect(await claim()).toHaveLength(1);
      await pass(20_000);
      expect(await claim()).toHaveLength(1);
    });

    test("a probe that is refused closes the gate again, for longer", async () => {
      const scene = await openLimited({}, 5);
      const { claim, claimOne, commit, modelGate, pass } = scene;
      const refuse = (job: ProcessingJob) => commit(job, unavailable(modelGate), gatesOf(scene));
      await refuse(await claimOne());
      await pass(1_000);
      await refuse(await claimOne());
      await pass(1_000);
      expect(await claim()).toEqual([]);
      await pass(1_000);
      expect(await claim()).toHaveLength(1);
    });

    test("only the answer to a call claimed after the closing opens the gate", async () => {
      const scene = await openLimited({}, 5);
      const { claim, commit, modelGate, pass } = scene;
      const [early, refused] = await claim({ limit: 2, leaseMs: 60_000 });
      if (early === undefined || refused === undefined) throw new Error("two jobs are two");
      await commit(refused, unavailable(modelGate, 10_000), gatesOf(scene));
      await commit(early, succeeded, gatesOf(scene));
      expect(await claim()).toEqual([]);
      await pass(10_000);
      expect(await claim()).toHaveLength(1);
    });

    test("after a used up quota of the day one job at a time asks whether it is over", async () => {
      const scene = await openLimited({ requestsPerMinute: 6_000 }, 5);
      const { claim, claimOne, commit, modelGate, pass } = scene;
      const daily = rateLimited(modelGate, { scope: "day", waitMs: 3_600_000 });
      await commit(await claimOne(), daily, gatesOf(scene));
      await pass(3_599_000);
      expect(await claim()).toEqual([]);
      await pass(1_000);
      expect(await claim()).toHaveLength(1);
    });
  });
}
