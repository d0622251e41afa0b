import { defineTask, handle, noPayload, RateLimitedError, RunAborted } from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { untilAborted } from "../../test/virtual-world.js";
import { runHandler } from "./run-handler.js";

const translate = defineTask({
  type: "translate",
  payload: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
  targets: ["article"],
});
const target = { type: "article", id: "1" } as const;
const payload = { at: "2026-01-01T00:00:00Z" };

test("a handler gets what a worker would give it, and its answer comes back", async () => {
  const written: string[] = [];
  const handler = handle(translate, {
    run: ({ payload: { at }, target: { id }, attempt, job }) => ({
      result: { year: at.getUTCFullYear(), id, attempt, of: job.maxAttempts, status: job.status },
      save: (tx: string[]) => tx.push(`${id} saved`),
    }),
  });
  const answer = await runHandler(handler, { payload, target }, { attempt: 2 });
  expect(answer.result).toEqual({ year: 2026, id: "1", attempt: 2, of: 3, status: "processing" });
  await answer.save?.(written);
  expect(written).toEqual(["1 saved"]);
});

test("what it throws is thrown", async () => {
  const handler = handle(translate, {
    run: () => {
      throw new RateLimitedError({ waitMs: 5_000 });
    },
  });
  await expect(runHandler(handler, { payload, target })).rejects.toMatchObject({
    code: "rate_limited",
    waitMs: 5_000,
  });
});

test("a request that could not be enqueued is refused", async () => {
  const handler = handle(translate, { run: () => {} });
  await expect(runHandler(handler, { payload: { at: "yesterday" }, target })).rejects.toMatchObject({
    name: "InvalidRequestError",
    code: "schema_refused",
  });
  await expect(
    runHandler(handler, { payload, target: { type: "person" as "article", id: "1" } }),
  ).rejects.toMatchObject({ code: "wrong_target" });
  await expect(runHandler(handler, { payload, target }, { attempt: 4, maxAttempts: 3 })).rejects.toThrow(
    RangeError,
  );
});

test("an answer that a worker would refuse is refused", async () => {
  const noJson = handle(translate, { run: () => ({ result: Number.NaN }) });
  await expect(runHandler(noJson, { payload, target })).rejects.toThrow(
    "the handler's result cannot be stored",
  );
});

test("a handler that answers nothing has the result null", async () => {
  const tidy = handle(defineTask({ type: "tidy" }), { run: () => {} });
  expect(await runHandler(tidy, {})).toEqual({ result: noPayload });
});

test("its signal can be aborted", async () => {
  const controller = new AbortController();
  const handler = handle(translate, { run: ({ signal }) => untilAborted(signal) });
  const run = runHandler(handler, { payload, target }, { signal: controller.signal });
  controller.abort(new RunAborted("shutdown", "the worker is stopping"));
  await expect(run).rejects.toMatchObject({ code: "shutdown" });
});
