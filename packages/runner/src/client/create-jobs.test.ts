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
