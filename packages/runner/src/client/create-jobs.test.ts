import { defineTask, taskGateKey } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { createVirtualWorld } from "../../test/virtual-world.js";
import { silentLogger } from "../worker/silent-logger.js";
import { createJobs } from "./create-jobs.js";
import { InvalidRequestError } from "./invalid-request-error.js";
import type { JobsEvent } from "./jobs-event.js";

const translate = defineTask({
  type: "translate",
  payload: z.object({
    text: z.string(),
    lang: z.string().default("de"),
    at: z.coerce.date<string>().optional(),
  }),
});
const enrich = defineTask({ type: "enrich", targets: ["code_entity", "project_document"] });

test("the payload is stored as it was given, not as the schema makes it", async () => {
  const { jobs, job } = createVirtualWorld();
  const { id } = await jobs.enqueue(translate, { payload: { text: "a", at: "2026-01-01" } });
  expect(await job(id)).toMatchObject({ status: "pending", payload: { text: "a", at: "2026-01-01" } });
});

test("an observer hears what is enqueued, and one that throws changes nothing", async () => {
  const { store } = createVirtualWorld();
  const heard: JobsEvent[] = [];
  const failures: object[] = [];
  const logger = { ...silentLogger, error: (fields: object) => void failures.push(fields) };
  const observe = (event: JobsEvent) => {
    heard.push(event);
    throw new Error("observer broke");
  };
  const observed = createJobs({ store, observe, logger });
  const request = { target: { type: "code_entity", id: "42" } } as const;
  const one = await observed.enqueue(enrich, request);
  const many = await observed.enqueueMany(enrich, [request, request], { chunkSize: 1 });
  expect(heard.flatMap(({ answers }) => answers.map(({ id }) => id))).toEqual([one.id, ...many.ids]);
  expect(heard).toHaveLength(3);
  expect(heard[0]).toEqual({
    type: "enqueued",
    taskType: "enrich",
    answers: [one],
    durationMs: expect.any(Number),
  });
  expect(failures[0]).toMatchObject({ event: "enqueued", failure: { message: "observer broke" } });
});

test("what is enqueued has all options, on the store's clock", async () => {
  const { jobs, job, store } = createVirtualWorld();
  const now = await store.now();
  const options = { priority: -5, delayMs: 1_500.2, deadlineMs: 60_000, maxAttempts: 7, dedupeKey: "k" };
  const { id } = await jobs.enqueue(enrich, { target: { type: "code_entity", id: "42" } }, options);
  expect(await job(id)).toMatchObject({
    taskType: "enrich",
    target: { type: "code_entity", id: "42" },
    payload: null,
    priority: -5,
    dueAt: now + 1_501,
    deadlineAt: now + 60_000,
    maxAttempts: 7,
    dedupeKey: "k",
  });
  const other = await jobs.enqueue(
    translate,
    { payload: { text: "" } },
    { dueAt: new Date(now + 5), deadlineAt: now + 9 },
  );
  expect(await job(other.id)).toMatchObject({
    dueAt: now + 5,
    deadlineAt: now + 9,
    maxAttempts: 3,
    priority: 0,
  });
});

test("a live job with the same key answers for the new request", async () => {
  const { jobs } = createVirtualWorld();
  const first = await jobs.enqueue(translate, { payload: { text: "a" } }, { dedupeKey: "1" });
  const again = await jobs.enqueue(translate, { payload: { text: "b" } }, { dedupeKey: "1" });
  const replaced = await jobs.enqueue(
    translate,
    { payload: { text: "c" } },
    { dedupeKey: "1", dedupe: "replace" },
  );
  expect([first.outcome, again.outcome, replaced.outcome]).toEqual(["created", "kept", "replaced"]);
  expect([again.id, replaced.id]).toEqual([first.id, first.id]);
  expect(await jobs.get(first.id)).toMatchObject({ payload: { text: "c" } });
});

test("a job in the caller's transaction exists if and only if that commits", async () => {
  const store = createMemoryStore<string[]>({ transaction: () => [] });
  const jobs = createJobs({ store });
  const kept = await store.transaction(async (tx) =>
    jobs.enqueue(translate, { payload: { text: "a" } }, { tx }),
  );
  let lost = "";
  await store
    .transaction(async (tx) => {
      const { ids } = await jobs.enqueueMany(translate, [{ payload: { text: "b" } }], { tx });
      lost = ids[0] ?? "";
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  expect(await jobs.get(kept.id)).toMatchObject({ status: "pending" });
  expect(await jobs.get(lost)).toBeNull();
});

test("a schema that checks asynchronously is awaited", async () => {
  const { jobs } = createVirtualWorld();
  const slow = defineTask({
    type: "slow",
    payload: z
      .object({ n: z.number() })
      .refine(async ({ n }) => await Promise.resolve(n > 0), "must be positive"),
  });
  await expect(jobs.enqueue(slow, { payload: { n: 1 } })).resolves.toMatchObject({ outcome: "created" });
  await expect(jobs.enqueue(slow, { payload: { n: 0 } })).rejects.toThrow("must be positive");
});

test("an operator pauses, resumes and opens gates by task or key", async () => {
  const { jobs, store } = createVirtualWorld();
  const now = await store.now();
  expect(await jobs.pause(translate, { forMs: 600_000 })).toMatchObject({
    key: taskGateKey("translate"),
    pausedUntil: now + 600_000,
  });
  expect(await jobs.resume("task:translate")).toMatchObject({ pausedUntil: null });
  expect(await jobs.openGate("model:openai:main:gpt-5-mini")).toMatchObject({ closing: null });
});

test("a waiting job that is cancelled ends, and can be retried", async () => {
  const { jobs, job } = createVirtualWorld();
  const { id } = await jobs.enqueue(translate, { payload: { text: "a" } });
  expect(await jobs.cancel(id)).toMatchObject({ type: "done", job: { status: "cancelled" } });
  expect(await jobs.cancel(id)).toMatchObject({ type: "refused", status: "cancelled" });
  expect(await jobs.retry(id.toUpperCase())).toMatchObject({ type: "done", job: { status: "pending" } });
  expect((await job(id)).status).toBe("pending");
  expect(await jobs.cancel("01890000-0000-7000-8000-000000000000")).toEqual({ type: "not-found" });
});

test("whoever waits for a result gets it, or learns where the job stands", async () => {
  const { jobs, clock } = createVirtualWorld();
  const { id } = await jobs.enqueue(translate, { payload: { text: "a" } });
  expect(await clock.finish(jobs.result(id, { timeoutMs: 5_000 }))).toMatchObject({
    type: "timed-out",
    job: { id, status: "pending" },
  });
  expect(clock.monotonicMs()).toBe(5_000);
  const waiting = jobs.result(id, { timeoutMs: 5_000 });
  clock.schedule(100, () => void jobs.cancel(id));
  expect(await clock.finish(waiting)).toMatchObject({ type: "finished", job: { status: "cancelled" } });
  expect(await jobs.result("01890000-0000-7000-8000-000000000000")).toEqual({ type: "not-found" });
});

test("unusable operator input is refused with a code", async () => {
  const { jobs } = createVirtualWorld();
  const refusals = [
    [jobs.pause("translate"), "gate", "out_of_range"],
    [jobs.pause(translate, { forMs: Number.NaN }), "forMs", "out_of_range"],
    [jobs.pause(translate, { forMs: 0 }), "forMs", "out_of_range"],
    [jobs.get("42"), "id", "out_of_range"],
    [jobs.cancel(42 as never), "id", "wrong_type"],
    [jobs.result("01890000-0000-7000-8000-000000000000", { timeoutMs: -1 }), "timeoutMs", "out_of_range"],
    [jobs.enqueue("translate" as never, {} as never), "task", "wrong_type"],
    [jobs.explain(""), "task", "out_of_range"],
  ] as const;
  for (const [refused, field, code] of refusals) {
    const error = await refused.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ field, code });
  }
});

test.each([[undefined], [{}], [{ store: {} }], [{ store: "postgres://localhost" }]])(
  "a client of %o is refused: it has no store",
  (options) => {
    expect(() => createJobs(options as never)).toThrow("store: must be a job store");
  },
);

test("whoever waits for a result outlasts a poll that fails, and one that is never answered", async () => {
  const { store, jobs: own, clock } = createVirtualWorld();
  const { id } = await own.enqueue(translate, { payload: { text: "a" } });
  let polls = 0;
  const getJob: typeof store.getJob = (jobId) => {
    polls += 1;
    if (polls === 2) return Promise.reject(new Error("connection reset"));
    return polls === 3 ? new Promise(() => undefined) : store.getJob(jobId);
  };
  const jobs = createJobs({ store: { ...store, getJob }, clock });
  const waiting = jobs.result(id, { timeoutMs: 60_000 });
  clock.schedule(30_000, () => void own.cancel(id));
  expect(await clock.finish(waiting)).toMatchObject({ type: "finished" });
});

test("a result that cannot be asked for is not waited for beyond the time", async () => {
  const { store, clock } = createVirtualWorld();
  const jobs = createJobs({ store: { ...store, getJob: () => new Promise(() => undefined) }, clock });
  const waiting = jobs.result("01890000-0000-7000-8000-000000000000", { timeoutMs: 5_000 });
  await expect(clock.finish(waiting)).rejects.toMatchObject({ code: "no_answer" });
  expect(clock.monotonicMs()).toBe(5_000);
});

const clean = defineTask({ type: "clean" });

test.each([["oops"], [42], [null], [[{}]], [undefined]])("%j is no request", async (request) => {
  const { jobs, store } = createVirtualWorld();
  const refused = jobs.enqueue(clean, request as never);
  await expect(refused).rejects.toMatchObject({ field: "request", code: "wrong_type" });
  expect(await store.countJobs()).toEqual([]);
});

test("names that nobody knows are refused, and a transaction in the wrong place says where it belongs", async () => {
  const { jobs } = createVirtualWorld();
  const refusals = [
    [jobs.enqueue(clean, { tx: [] } as never), "tx: belongs into the options"],
    [jobs.enqueue(clean, { delay: 5 } as never), "delay: is none of payload, target"],
    [jobs.enqueue(clean, {}, { delay: 5 } as never), "delay: is none of dedupeKey"],
    [jobs.enqueueMany(clean, [{ tx: [] } as never]), "job 0: tx: belongs into the options"],
    [jobs.enqueueMany(clean, [{}], { chunk: 5 } as never), "chunk: is none of tx, chunkSize"],
    [jobs.enqueue(clean, {}, null as never), "options: must be an object, got null"],
    [jobs.enqueueMany(clean, [], null as never), "options: must be an object, got null"],
    [jobs.pause(clean, null as never), "options: must be an object, got null"],
    [jobs.result("01890000-0000-7000-8000-000000000000", null as never), "options: must be an object"],
    [jobs.enqueue({ type: "clean" } as never, {} as never), "task: must be a task made by `defineTask`"],
    [jobs.pause({ type: "" } as never), "task: must be a task"],
    [jobs.pause({ ...clean, type: "" }), "task: must have 1 to 512 characters"],
  ] as const;
  for (const [refused, message] of refusals) {
    const error: unknown = await refused.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(String(error)).toContain(message);
  }
});

test.each([
  [{ observe: "x" }, "observe"],
  [{ limits: "y" }, "limits"],
  [{ limits: { maxBytes: -1 } }, "limits.maxBytes"],
  [{ limits: { bytes: 1 } }, "bytes"],
  [{ clock: 3 }, "clock"],
  [{ random: Math.random }, "random"],
  [{ logger: "console" }, "logger"],
])("a client with %j is refused because of its %s", (options, field) => {
  const make = () => createJobs({ store: createMemoryStore(), ...options } as never);
  expect(make).toThrow(InvalidRequestError);
  expect(make).toThrow(field);
});

test("a limit that is there with nothing in it has its default", async () => {
  const text = defineTask({ type: "text", payload: z.string() });
  const jobs = createJobs({ store: createMemoryStore(), limits: { maxBytes: undefined } as never });
  const refused = jobs.enqueue(text, { payload: "x".repeat(2_000_000) });
  await expect(refused).rejects.toMatchObject({ code: "too_large" });
});

class AtMost {
  readonly version = 1;
  readonly vendor = "test";
  readonly most = 3;
  validate(value: unknown) {
    return typeof value === "number" && value <= this.most ? { value } : { issues: [{ message: "too big" }] };
  }
}

test("a schema that is a class, or answers what can only be awaited, is understood", async () => {
  const { jobs } = createVirtualWorld();
  const own = defineTask({ type: "own", payload: { "~standard": new AtMost() } as never });
  await expect(jobs.enqueue(own, { payload: 3 } as never)).resolves.toMatchObject({ outcome: "created" });
  await expect(jobs.enqueue(own, { payload: 4 } as never)).rejects.toMatchObject({ code: "schema_refused" });
  const thenable = {
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    then: (resolve: (answer: object) => void) => resolve({ issues: [{ message: "no" }] }),
  };
  const validate = () => thenable;
  const late = defineTask({
    type: "late",
    payload: { "~standard": { version: 1, vendor: "test", validate } } as never,
  });
  await expect(jobs.enqueue(late, { payload: 1 } as never)).rejects.toMatchObject({ code: "schema_refused" });
});
