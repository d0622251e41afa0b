import { defineTask, handle, type StandardSchemaV1 } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { runUntilIdle } from "../testing/run-until-idle.js";
import { createJobs } from "./create-jobs.js";

interface Input {
  readonly id: string;
  readonly at: string;
}

interface Output {
  readonly id: string;
  readonly at: Date;
}

const isKnown = async (id: string) => await Promise.resolve(id !== "unknown");

// The same contract three times: a text becomes a Date. arktype has no asynchronous checks.
const schemas: readonly (readonly [library: string, schema: StandardSchemaV1<Input, Output>])[] = [
  [
    "zod",
    z.object({
      id: z.string().refine(isKnown, "is not known"),
      at: z.iso.datetime().transform((text) => new Date(text)),
    }),
  ],
  [
    "valibot",
    v.objectAsync({
      id: v.pipeAsync(v.string(), v.checkAsync(isKnown, "is not known")),
      at: v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
      ),
    }),
  ],
  ["arktype", type({ id: "string", at: "string.date.iso.parse" })],
];

describe.each(schemas)("a payload by %s", (_library, payload) => {
  const task = defineTask({ type: "publish", payload });
  const handler = handle(task, {
    run: ({ payload: { id, at } }) => ({ result: { id, year: at.getUTCFullYear() } }),
  });

  test("is stored as it was given, and reaches the handler as the schema makes it", async () => {
    const store = createMemoryStore();
    const given = { id: "a1", at: "2026-11-24T12:00:00.000Z" };
    const { id } = await createJobs({ store }).enqueue(task, { payload: given });
    expect((await store.getJob(id))?.payload).toEqual(given);
    const { finished } = await runUntilIdle({ store, handlers: [handler] });
    expect(finished).toMatchObject([{ status: "completed", result: { id: "a1", year: 2026 } }]);
  });

  test("is refused at enqueue if the schema does not take it, with where and why", async () => {
    const jobs = createJobs({ store: createMemoryStore() });
    await expect(jobs.enqueue(task, { payload: { id: "a1", at: "yesterday" } })).rejects.toMatchObject({
      code: "schema_refused",
      field: "payload",
      message: expect.stringMatching(/^payload: task publish does not take it: at: ./),
    });
  });

  test("that the schema takes no more when a worker has it ends the job, with where and why", async () => {
    const store = createMemoryStore();
    const older = defineTask({ type: "publish", payload: z.object({ id: z.string() }) });
    await createJobs({ store }).enqueue(older, { payload: { id: "a1" } });
    const { finished } = await runUntilIdle({ store, handlers: [handler] });
    expect(finished).toMatchObject([
      { status: "failed_payload_parsing", lastFailure: { message: expect.stringMatching(/^at/) } },
    ]);
  });
});

const asynchronous = schemas.filter(([library]) => library !== "arktype");

test.each(asynchronous)("a payload by %s is checked asynchronously, too", async (_library, payload) => {
  const task = defineTask({ type: "publish", payload });
  const jobs = createJobs({ store: createMemoryStore() });
  const payloadOf = (id: string) => ({ payload: { id, at: "2026-11-24T12:00:00.000Z" } });
  await expect(jobs.enqueue(task, payloadOf("known"))).resolves.toMatchObject({ outcome: "created" });
  await expect(jobs.enqueue(task, payloadOf("unknown"))).rejects.toThrow("id: is not known");
});
