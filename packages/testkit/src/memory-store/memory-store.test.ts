import {
  defaultJobPolicy,
  type EndedRun,
  type JobStore,
  makeJobId,
  type NewJob,
  type ProcessingJob,
  taskGateKey,
} from "@sluice/core";
import { expect, test } from "vitest";
import { createMemoryStore } from "./memory-store.js";

let jobsMade = 0;

function request(changes: Partial<NewJob> = {}): NewJob {
  jobsMade += 1;
  return {
    id: makeJobId(jobsMade, { fraction: () => 0.5 }),
    taskType: "translate",
    target: null,
    payload: null,
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
    ...changes,
  };
}

async function claimOne(store: JobStore<never>): Promise<ProcessingJob> {
  const tasks = [{ taskType: "translate", limit: 1 }];
  const { jobs } = await store.claim({ workerId: "w", claimNonce: 7, leaseMs: 15_000, limit: 1, tasks });
  const [job] = jobs;
  if (job === undefined) throw new Error("nothing to claim");
  return job;
}

function succeeded<Tx>(job: ProcessingJob, save: EndedRun<Tx>["save"]): EndedRun<Tx> {
  return {
    job,
    outcome: { type: "succeeded", result: null },
    elapsedMs: 10,
    jitter: 0,
    policy: defaultJobPolicy,
    gates: [taskGateKey("translate")],
    defaultGate: taskGateKey("translate"),
    usage: null,
    asked: true,
    told: null,
    save,
  };
}

test("time stands still unless it is moved", async () => {
  const store = createMemoryStore();
  const before = await store.now();
  store.advance(1_500);
  expect(await store.now()).toBe(before + 1_500);
  expect(() => store.advance(-1)).toThrow(RangeError);
});

test("a clock of one's own is read at every call", async () => {
  let ms = 1_000;
  const store = createMemoryStore({ clock: () => ms });
  ms = 2_000;
  store.advance(5);
  expect(await store.now()).toBe(2_005);
});

test("a save gets the transaction that the app makes, and its writes are kept with the completion", async () => {
  const kept: string[][] = [];
  const store = createMemoryStore({
    transaction: (): string[] => [],
    onCommit: (writes) => kept.push(writes),
  });
  await store.enqueue([request()]);
  const job = await claimOne(store);
  await store.commit([succeeded(job, (writes) => writes.push("translation"))]);
  expect(kept).toEqual([["translation"]]);
});

test("writes of a save that throws are not kept", async () => {
  const kept: string[][] = [];
  const store = createMemoryStore({
    transaction: (): string[] => [],
    onCommit: (writes) => kept.push(writes),
  });
  await store.enqueue([request()]);
  const job = await claimOne(store);
  const save = (writes: string[]): void => {
    writes.push("half");
    throw new Error("disk full");
  };
  expect(await store.commit([succeeded(job, save)])).toMatchObject([{ outcome: "handler_error" }]);
  expect(kept).toEqual([]);
});

test("a save that meets another enqueue of its key runs again on a fresh transaction", async () => {
  const store = createMemoryStore();
  await store.enqueue([request()]);
  const job = await claimOne(store);
  const follower = () => request({ taskType: "publish", dedupe: { key: "article-1", mode: "keep" } });
  let runs = 0;
  const save = async (tx: unknown): Promise<void> => {
    runs += 1;
    await store.enqueue([follower()], { tx });
    if (runs === 1) await store.enqueue([follower()]);
  };
  await store.commit([succeeded(job, save)]);
  expect(runs).toBe(2);
  expect(await store.countJobs({ taskType: "publish" })).toEqual([
    { taskType: "publish", status: "pending", count: 1 },
  ]);
});

test("a transaction that has ended takes no more jobs", async () => {
  const store = createMemoryStore();
  const ended = await store.transaction((tx) => tx);
  await expect(store.enqueue([request()], { tx: ended })).rejects.toThrow(TypeError);
});

test("a transaction whose answers do not hold any more is refused as a whole", async () => {
  const store = createMemoryStore();
  const keyed = () => request({ dedupe: { key: "same", mode: "keep" } });
  const losing = store.transaction(async (tx) => {
    await store.enqueue([keyed(), request({ taskType: "publish" })], { tx });
    await store.enqueue([keyed()]);
  });
  await expect(losing).rejects.toThrow("enqueued meanwhile");
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "pending", count: 1 }]);
});

test("an answer that was given in a transaction is held to, whatever is enqueued in it afterwards", async () => {
  const store = createMemoryStore();
  const keyed = () => request({ dedupe: { key: "same", mode: "keep" } });
  const losing = store.transaction(async (tx) => {
    await store.enqueue([keyed()], { tx });
    await store.enqueue([keyed()]);
    await store.enqueue([request()], { tx });
  });
  await expect(losing).rejects.toThrow("enqueued meanwhile");
});

test("an id that is taken is refused before anything is written", async () => {
  const store = createMemoryStore();
  const twice = request();
  await expect(store.enqueue([request(), twice, twice])).rejects.toThrow(twice.id);
  expect(await store.countJobs()).toEqual([]);
});

test("what callers and handlers do to a payload or a result is not seen by the store", async () => {
  const store = createMemoryStore();
  const payload = { words: ["one"] };
  const asked = request({ payload });
  await store.enqueue([asked]);
  payload.words.push("two");
  const job = await claimOne(store);
  Object.assign(job.payload ?? {}, { words: [] });
  const result = { chars: 3 };
  await store.commit([{ ...succeeded(job, null), outcome: { type: "succeeded", result } }]);
  result.chars = 4;
  expect(await store.getJob(asked.id)).toMatchObject({ payload: { words: ["one"] }, result: { chars: 3 } });
});

test("upkeep keeps as many finished jobs as the policy says", async () => {
  const store = createMemoryStore({ upkeepPolicy: { keepCompletedCount: 2 } });
  for (let count = 0; count < 5; count++) {
    await store.enqueue([request()]);
    await store.commit([succeeded(await claimOne(store), null)]);
    store.advance(1);
  }
  expect(await store.maintain({ limit: 10, policy: defaultJobPolicy })).toMatchObject({ deleted: 3 });
  expect(await store.countJobs()).toEqual([{ taskType: "translate", status: "completed", count: 2 }]);
});
