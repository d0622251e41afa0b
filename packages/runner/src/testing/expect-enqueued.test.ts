import { defineTask } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { createJobs } from "../client/create-jobs.js";
import { expectEnqueued, expectNotEnqueued, listEnqueued } from "./expect-enqueued.js";

const translate = defineTask({
  type: "translate",
  payload: z.object({ id: z.string(), lang: z.string(), tags: z.array(z.string()).optional() }),
});
const enrich = defineTask({ type: "enrich", targets: ["code_entity"] });

function createScene() {
  const store = createMemoryStore();
  return { store, jobs: createJobs({ store }) };
}

test("a job that is there is answered, however little of it is named", async () => {
  const { store, jobs } = createScene();
  const { id } = await jobs.enqueue(translate, { payload: { id: "1", lang: "de", tags: ["a", "b"] } });
  await jobs.enqueue(translate, { payload: { id: "2", lang: "de" } });
  expect(await expectEnqueued(store, translate)).toMatchObject({ id, status: "pending" });
  expect(await expectEnqueued(store, translate, { payload: { id: "1" } })).toMatchObject({ id });
  expect(await expectEnqueued(store, translate, { payload: { tags: ["a", "b"] } })).toMatchObject({ id });
  expect(
    await expectEnqueued(store, translate, { payload: { id: expect.stringMatching(/^1/) } }),
  ).toMatchObject({
    id,
  });
});

test("all that enqueue takes can be expected, in its words", async () => {
  const { store, jobs } = createScene();
  const now = await store.now();
  const target = { type: "code_entity", id: "42" } as const;
  const options = { dedupeKey: "k", priority: -1, maxAttempts: 5 };
  await jobs.enqueue(enrich, { target }, { ...options, delayMs: 1_000, deadlineMs: 5_000 });
  await expectEnqueued(store, enrich, { target, ...options, delayMs: 1_000, deadlineMs: 5_000 });
  await expectEnqueued(store, enrich, {
    target: { id: "42" },
    dueAt: new Date(now + 1_000),
    deadlineAt: now + 5_000,
  });
  await expectNotEnqueued(store, enrich, { delayMs: 0 });
  await expectNotEnqueued(store, enrich, { dedupeKey: "other" });
});

test("what is there instead is said, with what is different about each", async () => {
  const { store, jobs } = createScene();
  const { id } = await jobs.enqueue(translate, { payload: { id: "1", lang: "de", tags: ["a"] } });
  const expected = { payload: { id: expect.stringMatching(/^\d$/), lang: "fr" } };
  await expect(expectEnqueued(store, translate, expected)).rejects.toThrow(
    `no job of translate waits with {"payload":{"id":"StringMatching","lang":"fr"}}; one job waits:\n` +
      `  ${id} (pending) {"id":"1","lang":"de","tags":["a"]}: payload.lang is "de", not "fr"`,
  );
  await expect(expectEnqueued(store, translate, { payload: { tags: ["a", "b"] } })).rejects.toThrow(
    `payload.tags is ["a"], not ["a","b"]`,
  );
});

test("of many, the first few are shown", async () => {
  const { store, jobs } = createScene();
  await jobs.enqueueMany(
    translate,
    Array.from({ length: 8 }, (_, n) => ({ payload: { id: String(n), lang: "de" } })),
  );
  await expect(expectEnqueued(store, translate, { priority: 1 })).rejects.toThrow(
    /8 jobs wait:(\n.*: priority is 0, not 1){5}\n {2}and 3 more$/,
  );
});

test("where nothing of the task waits, the message says what else is there", async () => {
  const { store, jobs } = createScene();
  await expect(expectEnqueued(store, translate)).rejects.toThrow(
    "no job of translate waits; the store is empty: was the transaction committed?",
  );
  const { id } = await jobs.enqueue(enrich, { target: { type: "code_entity", id: "42" } });
  await expect(expectEnqueued(store, translate)).rejects.toThrow(
    "no job of translate waits; none at all. The store has enrich: 1 pending",
  );
  await jobs.cancel(id);
  await expect(expectEnqueued(store, enrich)).rejects.toThrow(
    "none of them. The store has enrich: 1 cancelled",
  );
});

test("a job that should not be there is shown", async () => {
  const { store, jobs } = createScene();
  await expectNotEnqueued(store, enrich);
  const { id } = await jobs.enqueue(enrich, { target: { type: "code_entity", id: "42" } });
  await expectNotEnqueued(store, translate);
  await expect(expectNotEnqueued(store, enrich)).rejects.toThrow(
    `no job of enrich should wait, but one does:\n  ${id} (pending) about code_entity 42`,
  );
});

test("all that wait are listed, oldest first", async () => {
  const { store, jobs } = createScene();
  const { ids } = await jobs.enqueueMany(
    translate,
    Array.from({ length: 1_200 }, (_, n) => ({ payload: { id: String(n), lang: n % 2 ? "de" : "fr" } })),
  );
  expect((await listEnqueued(store, translate)).map(({ id }) => id)).toEqual(ids);
  expect(await listEnqueued(store, translate, { payload: { lang: "de" } })).toHaveLength(600);
});
