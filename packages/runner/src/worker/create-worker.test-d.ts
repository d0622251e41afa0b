import { defineTask, handle, type JobStore } from "@sluice/core";
import { z } from "zod";
import { createWorker } from "./create-worker.js";

declare const store: JobStore<{ readonly writes: string[] }>;
const task = defineTask({ type: "translate", payload: z.object({ n: z.coerce.number<string>() }) });

const plain = handle(task, { run: ({ payload }) => ({ result: payload.n + 1 }) });
const fitting = handle(task, {
  run: () => ({ save: (tx: { readonly writes: string[] }) => tx.writes.push("x") }),
});
const foreign = handle(task, { run: () => ({ save: (tx: { readonly sql: string }) => tx.sql }) });

const worker = createWorker({ store, handlers: [plain, fitting] });
// @ts-expect-error its `save` needs another store's transaction
createWorker({ store, handlers: [foreign] });
// @ts-expect-error nothing to do it with
createWorker({ store });

worker.on("committed", ({ status, durationMs }) => `${status} ${durationMs}`);
worker.on("run-failed", ({ failure }) => failure?.message);
// @ts-expect-error this event has no failure
worker.on("run-succeeded", ({ failure }) => failure);
// @ts-expect-error no such event
worker.on("finished", () => undefined);
