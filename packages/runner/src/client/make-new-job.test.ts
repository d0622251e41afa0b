import { type AnyTask, createJobIds, defineTask, type JsonValue, type StandardSchemaV1 } from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { createSeededRandom } from "../testing/seeded-random.js";
import { createVirtualClock } from "../testing/virtual-clock.js";
import type { InvalidRequestCode } from "./invalid-request-error.js";
import { makeNewJob, type UncheckedRequest } from "./make-new-job.js";

const settings = { makeId: createJobIds(createVirtualClock(), createSeededRandom(1)) };
const anyJson: StandardSchemaV1<JsonValue> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as JsonValue }) },
};
const plain = defineTask({ type: "plain" });
const enrich = defineTask({ type: "enrich", targets: ["code_entity"] });
const text = defineTask({ type: "text", payload: z.object({ text: z.string() }) });
const loose = defineTask({ type: "loose", payload: anyJson });
const cycle: { self?: unknown } = {};
cycle.self = cycle;
const deep = Array.from({ length: 70 }).reduce((inner) => [inner], 1);

const refused: [AnyTask, unknown, string, InvalidRequestCode][] = [
  [plain, null, "request", "wrong_type"],
  [plain, { priority: Number.NaN }, "priority", "out_of_range"],
  [plain, { priority: 1.5 }, "priority", "out_of_range"],
  [plain, { priority: 2 ** 31 }, "priority", "out_of_range"],
  [plain, { priority: "1" }, "priority", "wrong_type"],
  [plain, { priority: 1n }, "priority", "wrong_type"],
  [plain, { delayMs: -1 }, "delayMs", "out_of_range"],
  [plain, { delayMs: Number.NaN }, "delayMs", "out_of_range"],
  [plain, { delayMs: Number.POSITIVE_INFINITY }, "delayMs", "out_of_range"],
  [plain, { delayMs: "5" }, "delayMs", "wrong_type"],
  [plain, { delayMs: 1, dueAt: 1 }, "delayMs", "contradiction"],
  [plain, { dueAt: new Date("never") }, "dueAt", "out_of_range"],
  [plain, { dueAt: "2026-01-01" }, "dueAt", "wrong_type"],
  [plain, { dueAt: -1 }, "dueAt", "out_of_range"],
  [plain, { dueAt: 8.64e15 }, "dueAt", "out_of_range"],
  [plain, { deadlineMs: 0 }, "deadlineMs", "out_of_range"],
  [plain, { deadlineAt: new Date(Number.NaN) }, "deadlineAt", "out_of_range"],
  [plain, { deadlineMs: 1, deadlineAt: 1 }, "deadlineMs", "contradiction"],
  [plain, { maxAttempts: 0 }, "maxAttempts", "out_of_range"],
  [plain, { maxAttempts: 1_001 }, "maxAttempts", "out_of_range"],
  [plain, { dedupeKey: "" }, "dedupeKey", "out_of_range"],
  [plain, { dedupeKey: "k".repeat(513) }, "dedupeKey", "out_of_range"],
  [plain, { dedupeKey: "a\0b" }, "dedupeKey", "unstorable_text"],
  [plain, { dedupeKey: 7 }, "dedupeKey", "wrong_type"],
  [plain, { dedupeKey: "k", dedupe: "drop" }, "dedupe", "wrong_type"],
  [plain, { dedupe: "replace" }, "dedupe", "contradiction"],
  [plain, { payload: {} }, "payload", "wrong_type"],
  [plain, { target: { type: "code_entity", id: "1" } }, "target", "wrong_target"],
  [enrich, {}, "target", "wrong_target"],
  [enrich, { target: "code_entity" }, "target", "wrong_type"],
  [enrich, { target: { id: "1" } }, "target.type", "wrong_type"],
  [enrich, { target: { type: "person", id: "1" } }, "target.type", "wrong_target"],
  [enrich, { target: { type: "code_entity" } }, "target.id", "wrong_type"],
  [enrich, { target: { type: "code_entity", id: "" } }, "target.id", "out_of_range"],
  [enrich, { target: { type: "code_entity", id: "\ud800" } }, "target.id", "unstorable_text"],
  [text, {}, "payload", "not_json"],
  [text, { payload: { text: 1 } }, "payload", "schema_refused"],
  [text, { payload: { text: "a\0" } }, "payload.text", "unstorable_text"],
  [loose, { payload: { at: new Date(0) } }, "payload.at", "not_json"],
  [loose, { payload: { n: Number.NaN } }, "payload.n", "not_json"],
  [loose, { payload: () => 1 }, "payload", "not_json"],
  [loose, { payload: cycle }, "payload", "too_deep"],
  [loose, { payload: deep }, "payload", "too_deep"],
  [loose, { payload: "x".repeat(1_048_577) }, "payload", "too_large"],
];

test.each(refused)("%o with %o is refused because of its %s: %s", async (task, request, field, code) => {
  const made = makeNewJob(task, request as UncheckedRequest, settings);
  const error = await made.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "InvalidRequestError", code, index: null });
  expect(error).toMatchObject({ field: expect.stringMatching(new RegExp(`^${field.replace(".", "\\.")}`)) });
});

test("the first of several jobs that is refused says which it is, and why in words", async () => {
  const made = makeNewJob(text, { payload: { text: 1 } }, settings);
  await expect(made).rejects.toThrow(/^payload: task text does not take it: text: /);
});
