import { defaultJobPolicy, noLimits, type Wake } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { rateLimited, succeeded, unavailable } from "./outcomes.js";
import { claimRequest, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeWorkers<Tx>(createStore: CreateStore<Tx>): void {
  describe("workers", () => {
    const open = useScenes(createStore);

    test("a worker is known from its first sign of life until it is removed", async () => {
      const { store, worker } = open();
      const record = worker();
      await store.putWorker(record);
      const now = await store.now();
      const [known] = (await store.listWorkers()).filter(({ id }) => id === record.id);
      expect(known).toMatchObject({ ...record, seenAt: known?.seenAt });
      expect(Math.abs((known?.seenAt ?? 0) - now)).toBeLessThan(1_000);
      await store.removeWorker(record.id);
      await store.removeWorker(record.id);
      expect((await store.listWorkers()).map(({ id }) => id)).not.toContain(record.id);
    });

    test("a renewal is a sign of life, and tells what the worker does now", async () => {
      const { store, worker, advance, otherTask } = open();
      await store.putWorker(worker());
      await advance(10_000);
      const other = otherTask();
      const record = worker({ running: 3, taskTypes: [other] });
      await store.renew({ worker: record, leaseMs: 15_000, fences: [] });
      const now = await store.now();
      const [known] = (await store.listWorkers()).filter(({ id }) => id === record.id);
      expect(known).toMatchObject({ running: 3, taskTypes: [other] });
      expect(Math.abs((known?.seenAt ?? 0) - now)).toBeLessThan(1_000);
    });

    test("the claim of an idle worker is a sign of life, and takes jobs as any other", async () => {
      const { store, worker, advance, claim, enqueue } = open();
      const idle = worker();
      await store.putWorker(worker({ running: 3 }));
      await advance(10_000);
      expect(await claim({ idle })).toEqual([]);
      const now = await store.now();
      const known = (await store.listWorkers()).find(({ id }) => id === idle.id);
      expect(known).toMatchObject({ running: 0 });
      expect(Math.abs((known?.seenAt ?? 0) - now)).toBeLessThan(1_000);
      const ids = [await enqueue(), await enqueue()];
      expect((await claim({ idle })).map(({ id }) => id)).toEqual(ids);
    });

    test("an idle worker is told when there will be a job for it, and when upkeep has something to do", async () => {
      const { store, worker, advance, claimOne, enqueue, taskType, maintain } = open();
      // Of what others have left behind in this store.
      await advance(60_000);
      await maintain();
      const look = () => store.claim(claimRequest(taskType, { idle: worker() }));
      await enqueue();
      await claimOne({ leaseMs: 15_000 });
      await enqueue({ due: { inMs: 40_000 }, deadline: { inMs: 90_000 } });
      const { jobs, retryInMs, upkeepInMs } = await look();
      expect(jobs).toEqual([]);
      expect(retryInMs).toBeGreaterThan(39_000);
      expect(retryInMs).toBeLessThanOrEqual(40_000);
      expect(upkeepInMs).toBeGreaterThan(14_000);
      expect(upkeepInMs).toBeLessThanOrEqual(15_000);
      await advance(16_000);
      expect((await look()).upkeepInMs).toBe(0);
    });

    test("a worker that has been silent for a day is forgotten by the upkeep, one that lives is not", async () => {
      const { store, worker, advance } = open();
      const living = worker();
      const dead = worker({ id: `${living.id}-dead` });
      await store.putWorker(dead);
      await advance(60_000);
      await store.putWorker(living);
      await advance(86_400_000 - 30_000);
      await store.maintain({ limit: 1_000, policy: defaultJobPolicy });
      const known = (await store.listWorkers()).map(({ id }) => id);
      expect(known).not.toContain(dead.id);
      expect(known).toContain(living.id);
    });
  });
}

/** For stores that support notifications. The others are asked again and again anyway. */
export function describeWakes<Tx>(createStore: CreateStore<Tx>): void {
  describe("wakes", () => {
    const open = useScenes(createStore);

    async function listen() {
      const scene = open();
      const wakes: Wake[] = [];
      const waiters = new Set<() => void>();
      const stop = await scene.store.listen((wake) => {
        wakes.push(wake);
        for (const look of waiters) look();
      });
      const hears = (matches: (wake: Wake) => boolean) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (wakes.some(matches)) resolve();
          };
          waiters.add(look);
          look();
        });
      const hearsJobs = (taskType = scene.taskType) =>
        hears((wake) => wake.type === "jobs" && wake.taskTypes.includes(taskType));
      return { ...scene, wakes, stop, hears, hearsJobs };
    }

    test("whoever listens hears of new jobs, and when they have stopped, of no more", async () => {
      const { enqueue, hearsJobs, stop, wakes } = await listen();
      const other = await listen();
      await enqueue();
      await hearsJobs();
      await stop();
      const heard = wakes.length;
      await other.enqueue();
      await other.hearsJobs();
      await other.stop();
      expect(wakes).toHaveLength(heard);
    });

    test("whoever listens hears of jobs that are due later, too, and of another due time", async () => {
      const { store, request, enqueue, hearsJobs, stop, wakes } = await listen();
      await enqueue({ due: { inMs: 60_000 }, dedupe: { key: "later", mode: "keep" } });
      await hearsJobs();
      wakes.splice(0);
      await store.enqueue([request({ due: { inMs: 30_000 }, dedupe: { key: "later", mode: "replace" } })]);
      await hearsJobs();
      await stop();
    });

    test("whoever listens hears of jobs that an operator retries", async () => {
      const { store, enqueue, hearsJobs, stop, wakes } = await listen();
      const id = await enqueue({ due: { inMs: 60_000 } });
      await store.cancel(id);
      wakes.splice(0);
      await store.retry(id);
      await hearsJobs();
      await stop();
    });

    test("whoever listens hears of gates that close, and of those that open", async () => {
      const { store, gate, enqueue, hears, stop, claimOne, commit, wakes } = await listen();
      const hearsGate = () => hears((wake) => wake.type === "gate" && wake.key === gate);
      await store.pauseGate(gate, { forMs: null });
      await hearsGate();
      wakes.splice(0);
      await store.resumeGate(gate);
      await hearsGate();
      await enqueue();
      wakes.splice(0);
      await commit(await claimOne(), rateLimited(gate));
      await hearsGate();
      wakes.splice(0);
      await store.openGate(gate);
      await hearsGate();
      await stop();
    });

    test("the probe's success is heard", async () => {
      const { store, taskType, gate, modelGate, enqueue, hears, stop, claimOne, commit, pass, wakes } =
        await listen();
      await store.putTaskGates(taskType, [{ key: modelGate, limits: noLimits }]);
      const gates = [gate, modelGate];
      await enqueue();
      await commit(await claimOne(), unavailable(modelGate, 1_000), { gates });
      await pass(1_000);
      wakes.splice(0);
      await commit(await claimOne(), succeeded, { gates });
      await hears((wake) => wake.type === "gate" && wake.key === modelGate);
      await stop();
    });

    test("the worker of a job that is to be cancelled hears of it", async () => {
      const { store, enqueue, claimOne, hears, stop } = await listen();
      const id = await enqueue();
      const { lease } = await claimOne();
      await store.cancel(id);
      await hears((wake) => wake.type === "cancel" && wake.workerId === lease.workerId && wake.jobId === id);
      await stop();
    });

    test("a job that was given back is heard of", async () => {
      const { enqueue, claimOne, commit, hearsJobs, stop, wakes } = await listen();
      await enqueue();
      const job = await claimOne();
      wakes.splice(0);
      await commit(job, { type: "released" });
      await hearsJobs();
      await stop();
    });
  });
}
