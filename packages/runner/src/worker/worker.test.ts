import { defineTask, handle } from "@sluice/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { createVirtualWorld, pass } from "../../test/virtual-world.js";

const translate = defineTask({
  type: "translate",
  payload: z.object({ text: z.string(), lang: z.string().default("de") }),
});

test("a job that is enqueued is run, and its result and its writes are committed together", async () => {
  const { clock, jobs, worker, written } = createVirtualWorld();
  const translator = worker({
    handlers: [
      handle(translate, {
        run: async ({ payload, attempt }) => {
          await pass(clock, 250);
          return {
            result: { text: payload.text.toUpperCase(), lang: payload.lang, attempt },
            save: (tx: string[]) => tx.push(`saved ${payload.text}`),
          };
        },
      }),
    ],
  });
  await clock.finish(translator.start());
  const { id, outcome } = await jobs.enqueue(translate, { payload: { text: "gate" } });
  expect(outcome).toBe("created");
  const ended = await clock.finish(jobs.result(id));
  expect(ended).toMatchObject({
    type: "finished",
    job: { status: "completed", result: { text: "GATE", lang: "de", attempt: 1 } },
  });
  expect(written).toEqual(["saved gate"]);
  await clock.finish(translator.stop());
  expect(translator.events.map(({ type }) => type)).toEqual([
    "worker-started",
    "maintained",
    "polled",
    "claimed",
    "run-started",
    "run-succeeded",
    "committed",
    "polled",
    "worker-stopping",
    "worker-stopped",
  ]);
  await clock.runUntilIdle();
  expect(clock.pending).toBe(0);
});
