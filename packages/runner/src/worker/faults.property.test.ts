import {
  type Clock,
  defineTask,
  handle,
  isTerminalStatus,
  type JobStore,
  type Random,
  RateLimitedError,
  SupersededError,
  TransientError,
  usesAttempt,
} from "@sluice/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, untilAborted, type Writes } from "../../test/virtual-world.js";
import { createSeededRandom } from "../testing/seeded-random.js";
import type { VirtualClock } from "../testing/virtual-clock.js";

const task = defineTask({ type: "translate" });
const otherTask = defineTask({ type: "summarize" });
const gates = [{ key: "model:acme:main:mt-2", maxInFlight: 5 }];

/** How bad the world is. Nothing is broken any more once `isHealed`. */
interface Weather {
  readonly random: Random;
  readonly faultShare: number;
  isHealed: boolean;
}

/** A store whose calls are late, fail before they do anything, or do it and lose the answer. */
function shake(
  store: JobStore<Writes>,
  clock: VirtualClock,
  weather: Weather,
  isDead: () => boolean,
): JobStore<Writes> {
  const shaken =
    <Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const fault = weather.isHealed ? 1 : weather.random.fraction() / weather.faultShare;
      if (fault < 0.3) await pass(clock, weather.random.fraction() * 6_000);
      if (isDead()) return await new Promise<never>(() => undefined);
      if (fault >= 0.3 && fault < 0.6) throw new Error("connection refused");
      const answer = await ask(...args);
      if (fault >= 0.6 && fault < 0.9) throw new Error("connection lost");
      if (fault >= 0.9 && fault < 1) await pass(clock, weather.random.fraction() * 6_000);
      return isDead() ? await new Promise<never>(() => undefined) : answer;
    };
  return {
    ...store,
    claim: shaken(store.claim),
    commit: shaken(store.commit),
    renew: shaken(store.renew),
    maintain: shaken(store.maintain),
  };
}

/** The time of a process that can die: its timers then never ring. */
function mortalClock(clock: VirtualClock, isDead: () => boolean): Clock {
  return {
    ...clock,
    schedule: (delayMs, run) => clock.schedule(delayMs, () => (isDead() ? undefined : run())),
  };
}

/** Handlers that do all that handlers do. */
function createHandlers(clock: VirtualClock, { random }: Weather) {
  const run: Parameters<typeof handle<undefined, undefined, never, Writes>>[1]["run"] = async ({
    job,
    signal,
  }) => {
    const luck = random.fraction();
    const workMs = random.fraction() * 2_000;
    if (luck < 0.05) await untilAborted(signal);
    if (luck < 0.1) await pass(clock, 20_000);
    await pass(clock, workMs);
    if (luck < 0.2) throw new TransientError("reset");
    if (luck < 0.3) throw new RateLimitedError({ waitMs: 1_000 });
    if (luck < 0.35) throw new Error("a bug");
    if (luck < 0.4) throw new SupersededError();
    return {
      result: job.leaseNo,
      save: async (tx) => {
        await pass(clock, random.fraction() * 50);
        tx.push(job.id);
      },
    };
  };
  const backoff = { baseMs: 500, maxMs: 2_000 };
  return [
    handle(task, { gates, timeoutMs: 4_000, backoff, run }),
    handle(otherTask, { gates, timeoutMs: 4_000, backoff, run, concurrency: 2 }),
  ];
}

test("whatever fails and whoever dies, every job ends, and each success is written once", async () => {
  const world = fc.record({
    seed: fc.integer(),
    jobs: fc.integer({ min: 1, max: 25 }),
    faultShare: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
    dieAtMs: fc.array(fc.nat(30_000), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ seed, jobs: count, faultShare, dieAtMs }) => {
      const { clock, jobs, store, worker, written } = createVirtualWorld({ seed });
      const weather: Weather = { random: createSeededRandom(seed), faultShare, isHealed: false };
      const requests = Array.from({ length: count }, (_, n) => ({ delayMs: n * 200, maxAttempts: 3 }));
      const first = await jobs.enqueueMany(task, requests);
      const second = await jobs.enqueueMany(otherTask, requests);
      const ids = [...first.ids, ...second.ids];
      const options = {
        handlers: createHandlers(clock, weather),
        concurrency: 4,
        leaseMs: 3_000,
        maintenance: { intervalMs: 1_000 },
      };
      for (const atMs of dieAtMs) {
        const isDead = () => clock.monotonicMs() >= atMs;
        const mortal = worker({
          ...options,
          clock: mortalClock(clock, isDead),
          store: shake(store, clock, weather, isDead),
        });
        await clock.finish(mortal.start());
      }
      const survivor = worker({ ...options, store: shake(store, clock, weather, () => false) });
      await clock.finish(survivor.start());
      await clock.advance(40_000);
      weather.isHealed = true;
      await clock.advance(600_000);
      await clock.finish(survivor.stop());

      const completed: string[] = [];
      for (const id of ids) {
        const job = await jobs.get(id);
        if (job === null) throw new Error(`job ${id} is gone`);
        expect(isTerminalStatus(job.status), `${job.status} ${JSON.stringify(job)}`).toBe(true);
        expect(job.attempts).toBeLessThanOrEqual(job.maxAttempts);
        const ledger = await store.listAttempts(job.id);
        expect(ledger.filter(({ outcome }) => usesAttempt[outcome])).toHaveLength(job.attempts);
        if (job.status === "completed") completed.push(id);
      }
      expect(written.toSorted()).toEqual(completed.toSorted());
      expect(survivor.eventsOf("fault")).toEqual([]);
      expect(survivor.status).toEqual({
        phase: "stopped",
        running: 0,
        occupied: 0,
        stuck: 0,
        uncommitted: 0,
      });
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test("the same seed gives the same history", async () => {
  const run = async () => {
    const { clock, jobs, store, worker } = createVirtualWorld({ seed: 7 });
    const weather: Weather = { random: createSeededRandom(7), faultShare: 0.3, isHealed: false };
    await jobs.enqueueMany(
      task,
      Array.from({ length: 20 }, (_, n) => ({ delayMs: n * 100 })),
    );
    const shaken = worker({
      handlers: createHandlers(clock, weather),
      store: shake(store, clock, weather, () => false),
      id: "w1",
      leaseMs: 3_000,
    });
    await clock.finish(shaken.start());
    await clock.advance(60_000);
    return JSON.stringify(shaken.events);
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(10_000);
  expect(await run()).toBe(first);
});
