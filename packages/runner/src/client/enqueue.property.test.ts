import { defineTask, type JsonValue, type StandardSchemaV1 } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createJobs } from "./create-jobs.js";
import { InvalidRequestError } from "./invalid-request-error.js";

const anyJson: StandardSchemaV1<JsonValue> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as JsonValue }) },
};
const anything = defineTask({ type: "anything", payload: anyJson, targets: ["thing"] });
const target = { type: "thing", id: "1" } as const;

test("whatever is enqueued is stored as its JSON, or refused before anything is written", async () => {
  const request = fc.record(
    {
      payload: fc.anything({ withDate: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      priority: fc.oneof(fc.integer(), fc.double(), fc.string()),
      delayMs: fc.oneof(fc.integer(), fc.double()),
      dedupeKey: fc.string({ unit: "binary" }),
      dueAt: fc.oneof(fc.date({ noInvalidDate: false }), fc.double()),
      maxAttempts: fc.oneof(fc.integer({ min: -2, max: 5 }), fc.double()),
    },
    { requiredKeys: ["payload"] },
  );
  await fc.assert(
    fc.asyncProperty(request, async ({ payload, ...options }) => {
      const store = createMemoryStore();
      const jobs = createJobs({ store });
      const answer = await jobs
        .enqueue(anything, { payload: payload as JsonValue, target }, options as object)
        .catch((error: unknown) => {
          if (error instanceof InvalidRequestError) return null;
          throw error;
        });
      const { jobs: stored } = await store.listJobs({ limit: 10 });
      const expected = answer === null ? [] : [JSON.parse(JSON.stringify(payload))];
      expect(stored.map((job) => job.payload)).toEqual(expected);
    }),
  );
});
