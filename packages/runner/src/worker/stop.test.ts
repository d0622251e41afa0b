import { defineTask, handle, type JobStore } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld, pass, untilAborted, type Writes } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });

test("what runs when the worker stops may finish, and nothing new is begun", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 5_000) })], concurrency: 2 });
  await clock.finish(running.start());
  await jobs.enqueueMany(task, [{}, {}, {}]);
  await clock.advance(1_000);
  await clock.finish(running.stop({ graceMs: 10_000 }));
  expect(clock.monotonicMs()).toBe(5_000);
  const counts = (await store.countJobs()).map(({ status, count }) => [status, count]);
  expect(Object.fromEntries(counts)).toEqual({ completed: 2, pending: 1 });
  expect(await store.listWorkers()).toEqual([]);
  await clock.runUntilIdle();
  expect(running.eventsOf("claimed")).toHaveLength(2);
});

test("after the grace handlers are told to stop, and their jobs are given back without an attempt", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const codes: string[] = [];
  const handler = handle(task, {
    run: async ({ signal }) => {
      await untilAborted(signal).catch(() => codes.push(signal.reason.code));
      throw new Error("stopped");
    },
  });
  const running = worker({ handlers: [handler] });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(100);
  await clock.finish(running.stop({ graceMs: 3_000 }));
  expect(clock.monotonicMs()).toBe(3_100);
  expect(codes).toEqual(["shutdown"]);
  expect(await job(id)).toMatchObject({ status: "pending", attempts: 0, deferrals: 0 });
  expect(running.eventsOf("run-released")).toHaveLength(1);
});

test("a handler that does not listen cannot hold up the stop for longer than the abort grace", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const handler = handle(task, { run: () => new Promise<undefined>(() => undefined) });
  const running = worker({ handlers: [handler], abortGraceMs: 500 });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(100);
  await clock.finish(running.stop({ graceMs: 1_000 }));
  expect(clock.monotonicMs()).toBe(1_600);
  expect(await job(id)).toMatchObject({ status: "pending", attempts: 0 });
});

test("a second stop can shorten the grace, not lengthen it", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const handler = handle(task, { run: async ({ signal }) => await untilAborted(signal) });
  const running = worker({ handlers: [handler] });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(10);
  const first = running.stop({ graceMs: 60_000 });
  const second = running.stop({ graceMs: 500 });
  const third = running.stop({ graceMs: 90_000 });
  await clock.finish(Promise.all([first, second, third]));
  expect(clock.monotonicMs()).toBe(510);
});

test("jobs of a claim that is answered during the stop are given back unbegun", async () => {
  let answer: () => void = () => undefined;
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => ({
    ...store,
    claim: async (request) => {
      const claimed = await store.claim(request);
      if (claimed.jobs.length > 0)
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
      return claimed;
    },
  });
  const { clock, jobs, worker, job } = createVirtualWorld({ wrap });
  let calls = 0;
  const running = worker({
    handlers: [
      handle(task, {
        run: () => {
          calls += 1;
        },
      }),
    ],
  });
  const { id } = await jobs.enqueue(task, {});
  await clock.finish(running.start());
  await clock.advance(10);
  const stopped = running.stop();
  clock.schedule(50, () => answer());
  await clock.finish(stopped);
  expect(calls).toBe(0);
  expect(await job(id)).toMatchObject({ status: "pending", attempts: 0 });
});

test("a worker can be started again after a stop", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  let done = 0;
  const running = worker({
    handlers: [
      handle(task, {
        run: () => {
          done += 1;
        },
      }),
    ],
  });
  for (const round of [1, 2, 3]) {
    await clock.finish(running.start());
    await jobs.enqueue(task, {});
    await clock.settle();
    expect(done).toBe(round);
    await clock.finish(running.stop());
    expect(running.status).toEqual({ phase: "stopped", running: 0, occupied: 0, stuck: 0, uncommitted: 0 });
  }
  expect(clock.pending).toBe(0);
});

test("a start that the store refuses is reported, leaves nothing behind, and can be tried again", async () => {
  let isDown = true;
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => ({
    ...store,
    putWorker: async (record) => {
      if (isDown) throw new Error("no connection");
      await store.putWorker(record);
    },
  });
  const { clock, worker } = createVirtualWorld({ wrap });
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  await expect(clock.finish(running.start())).rejects.toThrow("no connection");
  expect(running.status.phase).toBe("stopped");
  expect(clock.pending).toBe(0);
  isDown = false;
  await clock.finish(running.start());
  expect(running.status.phase).toBe("working");
  await clock.finish(running.stop());
});

test("a worker whose start the store refuses has never claimed, whatever woke it meanwhile", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld({
    wrap: (store) => ({
      ...store,
      putWorker: async () => {
        await pass(clock, 1_000);
        throw new Error("no connection");
      },
    }),
  });
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  const started = expect(running.start()).rejects.toThrow("no connection");
  await clock.advance(500);
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(60_000);
  await started;
  expect(running.eventsOf("polled")).toEqual([]);
  expect(await job(id)).toMatchObject({ status: "pending", leaseNo: 0 });
  expect(clock.pending).toBe(0);
});

test("a stop while the database is away gives up after a lease", async () => {
  let isDown = false;
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => ({
    ...store,
    commit: async (runs) => {
      if (isDown) throw new Error("no connection");
      return await store.commit(runs);
    },
  });
  const { clock, jobs, worker } = createVirtualWorld({ wrap });
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 100) })], leaseMs: 3_000 });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(50);
  isDown = true;
  await clock.finish(running.stop());
  expect(clock.monotonicMs()).toBe(3_100);
  expect(running.eventsOf("worker-stopped")).toMatchObject([{ leftBehind: 1 }]);
  await clock.runUntilIdle();
});

test("an unusable grace is refused", async () => {
  const { worker } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  await expect(running.stop({ graceMs: Number.NaN })).rejects.toThrow(RangeError);
});

test("a grace without end lets everything finish", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 50_000) })] });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(100);
  const forever = { graceMs: Number.POSITIVE_INFINITY };
  await clock.finish(Promise.all([running.stop(forever), running.stop(forever)]));
  expect((await job(id)).status).toBe("completed");
  expect(running.eventsOf("worker-stopping")).toHaveLength(1);
});

test("a store that never answers again cannot hold up the stop for ever", async () => {
  const hanging = { is: false };
  const wrap = (store: JobStore<Writes>): JobStore<Writes> => {
    const hang = () => new Promise<never>(() => undefined);
    return {
      ...store,
      claim: (request) => (hanging.is ? hang() : store.claim(request)),
      commit: (runs) => (hanging.is ? hang() : store.commit(runs)),
      renew: (request) => (hanging.is ? hang() : store.renew(request)),
      removeWorker: (id) => (hanging.is ? hang() : store.removeWorker(id)),
    };
  };
  const { clock, jobs, worker } = createVirtualWorld({ wrap });
  const running = worker({ handlers: [handle(task, { run: () => pass(clock, 1_000) })], leaseMs: 3_000 });
  await clock.finish(running.start());
  await jobs.enqueue(task, {});
  await clock.advance(500);
  hanging.is = true;
  await clock.advance(1_000);
  await clock.finish(running.stop({ graceMs: 2_000 }), { limitMs: 15_000 });
  expect(running.status.phase).toBe("stopped");
});

test("a worker that hears of a cancel while it stops does not come to life again", async () => {
  const { clock, jobs, worker, store } = createVirtualWorld();
  const running = worker({
    handlers: [handle(task, { run: async ({ signal }) => await untilAborted(signal) })],
  });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(100);
  const stopped = running.stop({ graceMs: 5_000 });
  await jobs.cancel(id);
  await clock.finish(stopped);
  await clock.runUntilIdle({ limitMs: 5_000 });
  expect(await store.listWorkers()).toEqual([]);
  expect((await jobs.get(id))?.status).toBe("cancelled");
});

test("a second stop that comes when the first is as good as over leaves no timer behind", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  const said = [running.start(), running.stop({ graceMs: 2 })];
  await jobs.enqueueMany(task, [{}]);
  said.push(running.stop({ graceMs: 1 }));
  await clock.finish(Promise.all(said));
  await clock.runUntilIdle({ limitMs: 0 });
  expect(running.status.phase).toBe("stopped");
});
