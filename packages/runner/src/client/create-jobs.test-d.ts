import { type AnyTask, defineTask, type EnqueueAnswer, type JobStore, taskGateKey } from "@sluice/core";
import { z } from "zod";
import { createJobs } from "./create-jobs.js";

interface AppTransaction {
  insert(row: object): void;
}
declare const store: JobStore<AppTransaction>;
declare const tx: AppTransaction;
declare const anyTask: AnyTask;

const jobs = createJobs({ store });
const translate = defineTask({
  type: "translate",
  payload: z.object({
    articleId: z.string(),
    lang: z.string().default("de"),
    at: z.coerce.number<number | string>(),
  }),
});
const summarize = defineTask({ type: "summarize", targets: ["code_entity", "project_document"] });
const enrich = defineTask({
  type: "enrich",
  payload: z.object({ depth: z.number() }),
  targets: ["code_entity"],
});
const cleanUp = defineTask({ type: "clean_up" });
const target = { type: "code_entity", id: "42" } as const;

// What the schema takes is what is enqueued: its input, not its output.
const answer: Promise<EnqueueAnswer> = jobs.enqueue(translate, { payload: { articleId: "1", at: "2" } });
jobs
  .enqueue(translate, { payload: { articleId: "1", lang: "fr", at: 2 } }, { tx, dedupeKey: "1" })
  .catch(String);
jobs.enqueue(summarize, { target }).catch(String);
jobs.enqueue(enrich, { payload: { depth: 1 }, target }, { priority: -1, dueAt: new Date(0) }).catch(String);
jobs.enqueue(cleanUp, {}).catch(String);
jobs.enqueue(anyTask, { payload: { whatever: 1 }, target: { type: "x", id: "1" } }).catch(String);
jobs
  .enqueueMany(enrich, [{ payload: { depth: 1 }, target, delayMs: 5 }], { tx, chunkSize: 10 })
  .catch(String);
jobs.pause(translate, { forMs: 1_000 }).catch(String);
jobs.pause(taskGateKey("translate")).catch(String);
jobs.explain("translate").catch(String);

export { answer };

// @ts-expect-error a payload is missing
jobs.enqueue(translate, {}).catch(String);
// @ts-expect-error a part of the payload is missing
jobs.enqueue(translate, { payload: { lang: "de", at: 1 } }).catch(String);
// @ts-expect-error a part of the payload has the wrong type
jobs.enqueue(translate, { payload: { articleId: 1, at: 1 } }).catch(String);
// @ts-expect-error the schema knows no such part
jobs.enqueue(translate, { payload: { articleId: "1", at: 1, language: "de" } }).catch(String);
// @ts-expect-error the task takes no payload
jobs.enqueue(cleanUp, { payload: { all: true } }).catch(String);
// @ts-expect-error the task is not about a target
jobs.enqueue(translate, { payload: { articleId: "1", at: 1 }, target }).catch(String);
// @ts-expect-error the target is missing
jobs.enqueue(summarize, {}).catch(String);
// @ts-expect-error the task works on other targets
jobs.enqueue(summarize, { target: { type: "conversation", id: "1" } }).catch(String);
// @ts-expect-error the target's id is missing
jobs.enqueue(summarize, { target: { type: "code_entity" } }).catch(String);
// @ts-expect-error another store's transaction
jobs.enqueue(cleanUp, {}, { tx: { begin: 1 } }).catch(String);
// @ts-expect-error no such option
jobs.enqueue(cleanUp, {}, { prio: 1 }).catch(String);
// @ts-expect-error no such dedupe mode
jobs.enqueue(cleanUp, {}, { dedupeKey: "1", dedupe: "drop" }).catch(String);
// @ts-expect-error a task is enqueued by its value, not by its name
jobs.enqueue("translate", { payload: {} }).catch(String);
// @ts-expect-error one of many has the wrong payload
jobs.enqueueMany(enrich, [{ payload: { depth: "1" }, target }]).catch(String);
// @ts-expect-error one of many lacks its target
jobs.enqueueMany(enrich, [{ payload: { depth: 1 } }]).catch(String);
// @ts-expect-error another store's transaction
jobs.enqueueMany(cleanUp, [{}], { tx: 1 }).catch(String);
