import { defineTask, type NewJob } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { createVirtualClock } from "../testing/virtual-clock.js";
import { createJobs } from "./create-jobs.js";

const count = defineTask({ type: "count", payload: z.object({ n: z.number(), pad: z.string().optional() }) });

function createCountingStore() {
  const store = createMemoryStore();
  const chunks: number[] = [];
  const enqueue = (jobs: readonly NewJob[]) => {
    chunks.push(jobs.length);
    return store.enqueue(jobs);
  };
  return { jobs: createJobs({ store: { ...store, enqueue } }), chunks, store };
}

test("many jobs go to the store in chunks, and are answered in order", async () => {
  const { jobs, chunks } = createCountingStore();
  const requests = Array.from({ length: 25 }, (_, n) => ({ payload: { n } }));
  const { ids, ...counts } = await jobs.enqueueMany(count, requests, { chunkSize: 10 });
  expect(chunks).toEqual([10, 10, 5]);
  expect(counts).toEqual({ created: 25, kept: 0, replaced: 0, rerun: 0 });
  const stored = await Promise.all(ids.map((id) => jobs.get(id)));
  expect(stored.map((job) => job?.payload)).toEqual(requests.map(({ payload }) => payload));
});

test("jobs that are due at one instant are claimed in the order in which they were asked for", async () => {
  const store = createMemoryStore();
  const jobs = createJobs({ store, clock: createVirtualClock() });
  const requests = Array.from({ length: 20 }, (_, n) => ({ payload: { n } }));
  const many = jobs.enqueueMany(count, requests, { chunkSize: 7 });
  const singles = requests.map(({ payload: { n } }) => jobs.enqueue(count, { payload: { n: 20 + n } }));
  await Promise.all([many, ...singles]);
  const tasks = [{ taskType: "count", limit: 40 }];
  const claimed = await store.claim({ workerId: "w1", claimNonce: 1, leaseMs: 15_000, limit: 40, tasks });
  const order = claimed.jobs.map(({ payload }) => (payload as { n: number }).n);
  const ascending = Array.from({ length: 20 }, (_, n) => n);
  expect(order.filter((n) => n < 20)).toEqual(ascending);
  expect(order.filter((n) => n >= 20)).toEqual(ascending.map((n) => 20 + n));
});

test("requests are read as they are needed, from an async source too, never more than a chunk ahead", async () => {
  const { jobs, chunks } = createCountingStore();
  const readAhead: number[] = [];
  async function* read() {
    for (let n = 0; n < 9; n++) {
      await Promise.resolve();
      readAhead.push(n - chunks.reduce((sum, size) => sum + size, 0));
      yield { payload: { n }, dedupeKey: `k${n % 6}` };
    }
  }
  const answer = await jobs.enqueueMany(count, read(), { chunkSize: 3 });
  expect(Math.max(...readAhead)).toBe(2);
  expect(answer).toMatchObject({ created: 6, kept: 3 });
});

test("others have their turn while many requests are made ready", async () => {
  const { jobs } = createCountingStore();
  let turns = 0;
  let isDone = false;
  const takeTurn = () => {
    turns += 1;
    if (!isDone) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await jobs.enqueueMany(
    count,
    Array.from({ length: 1_000 }, (_, n) => ({ payload: { n } })),
  );
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(9);
});

test("an app whose tests have stopped the timers can enqueue all the same", async () => {
  const { jobs } = createCountingStore();
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const requests = Array.from({ length: 250 }, (_, n) => ({ payload: { n } }));
  expect(await jobs.enqueueMany(count, requests)).toMatchObject({ created: 250 });
});

test("the next chunk is made ready while the store is at work, and waits for its turn", async () => {
  const steps: string[] = [];
  const store = createMemoryStore();
  let release = () => {};
  const enqueue = async (jobs: readonly NewJob[]) => {
    steps.push(`write ${jobs.length}`);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    steps.push("written");
    return store.enqueue(jobs);
  };
  const jobs = createJobs({ store: { ...store, enqueue } });
  async function* read() {
    for (let n = 0; n < 6; n++) {
      steps.push(`read ${n}`);
      yield { payload: { n } };
    }
  }
  const answered = jobs.enqueueMany(count, read(), { chunkSize: 2 });
  await vi.waitFor(() => expect(steps).toContain("read 3"));
  expect(steps).toEqual(["read 0", "read 1", "write 2", "read 2", "read 3"]);
  release();
  await vi.waitFor(() => expect(steps).toContain("read 5"));
  release();
  await vi.waitFor(() => expect(steps.filter((step) => step === "write 2")).toHaveLength(3));
  release();
  expect(await answered).toMatchObject({ created: 6 });
});

test("a store that fails is heard of once, with nothing on its way any more", async () => {
  const store = createMemoryStore();
  let calls = 0;
  const enqueue = async () => {
    calls += 1;
    throw new Error("out of reach");
  };
  const jobs = createJobs({ store: { ...store, enqueue } });
  const requests = Array.from({ length: 9 }, (_, n) => ({ payload: { n } }));
  await expect(jobs.enqueueMany(count, requests, { chunkSize: 2 })).rejects.toThrow("out of reach");
  expect(calls).toBe(1);
});

test("large payloads make smaller chunks", async () => {
  const { jobs, chunks } = createCountingStore();
  const pad = "x".repeat(1_000_000);
  const requests = Array.from({ length: 6 }, (_, n) => ({ payload: { n, pad } }));
  await jobs.enqueueMany(count, requests, { chunkSize: 100 });
  expect(chunks).toEqual([4, 2]);
});

test("a refused request says which one it is; the chunks before it stay, its own is not written", async () => {
  const { jobs, store } = createCountingStore();
  const requests = [0, 1, 2, 3, Number.NaN, 5].map((n) => ({ payload: { n } }));
  await expect(jobs.enqueueMany(count, requests, { chunkSize: 3 })).rejects.toMatchObject({
    code: "not_json",
    field: "payload.n",
    index: 4,
    message: "job 4: payload.n: NaN is not JSON",
  });
  expect(await store.countJobs()).toEqual([{ taskType: "count", status: "pending", count: 3 }]);
});

test.each([[null], [{}], ["jobs"], [7]])("%o is no list of requests", async (requests) => {
  const { jobs } = createCountingStore();
  await expect(jobs.enqueueMany(count, requests as never)).rejects.toMatchObject({ field: "requests" });
});

test("nothing to enqueue is fine", async () => {
  const { jobs, chunks } = createCountingStore();
  expect(await jobs.enqueueMany(count, [])).toEqual({ ids: [], created: 0, kept: 0, replaced: 0, rerun: 0 });
  expect(chunks).toEqual([]);
});

describe("the source of the requests", () => {
  /** Tells whether it was let go. */
  function createSource() {
    const source = { isOpen: false };
    async function* read() {
      source.isOpen = true;
      try {
        for (let n = 0; ; n += 1) yield { payload: { n: n < 4 ? n : Number.NaN } };
      } finally {
        source.isOpen = false;
      }
    }
    return { source, read };
  }

  test("is let go when a request is refused", async () => {
    const { jobs } = createCountingStore();
    const { source, read } = createSource();
    await expect(jobs.enqueueMany(count, read(), { chunkSize: 10 })).rejects.toMatchObject({ index: 4 });
    expect(source.isOpen).toBe(false);
  });

  test("is let go when the store fails, and not read any further", async () => {
    const store = createMemoryStore();
    const enqueue = () => Promise.reject(new Error("connection refused"));
    const { source, read } = createSource();
    const enqueued = createJobs({ store: { ...store, enqueue } }).enqueueMany(count, read(), {
      chunkSize: 2,
    });
    await expect(enqueued).rejects.toThrow("connection refused");
    expect(source.isOpen).toBe(false);
  });

  test("is not even begun when the options are wrong", async () => {
    const { jobs } = createCountingStore();
    const begun: string[] = [];
    function* read() {
      begun.push("begun");
      yield { payload: { n: 1 } };
    }
    await expect(jobs.enqueueMany(count, read(), { chunkSize: 0 })).rejects.toMatchObject({
      field: "chunkSize",
    });
    await expect(jobs.enqueueMany("count" as never, read() as never)).rejects.toMatchObject({
      field: "task",
    });
    expect(begun).toEqual([]);
  });
});
