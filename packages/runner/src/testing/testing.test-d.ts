import { defineTask, handle, type JobStore } from "@sluice/core";
import { z } from "zod";
import { expectEnqueued } from "./expect-enqueued.js";
import { runHandler } from "./run-handler.js";
import { runUntilIdle } from "./run-until-idle.js";

interface AppTransaction {
  insert(row: object): void;
}
declare const store: JobStore<AppTransaction>;
declare const tx: AppTransaction;

const translate = defineTask({
  type: "translate",
  payload: z.object({ id: z.string(), at: z.string().transform((text) => new Date(text)) }),
  targets: ["article"],
});
const target = { type: "article", id: "1" } as const;
const handler = handle(translate, {
  run: ({ payload }) => ({
    result: payload.at.getTime(),
    save: (transaction: AppTransaction) => transaction.insert({ id: payload.id }),
  }),
});

const answer = await runHandler(handler, { payload: { id: "1", at: "2026-01-01" }, target });
answer.save?.(tx);
// @ts-expect-error what is given is the schema's input
await runHandler(handler, { payload: { id: "1", at: new Date() }, target });
// @ts-expect-error a part of the payload is missing
await runHandler(handler, { payload: { id: "1" }, target });
// @ts-expect-error the target is missing
await runHandler(handler, { payload: { id: "1", at: "2026-01-01" } });

await expectEnqueued(store, translate, { payload: { id: "1" }, target: { id: "1" }, delayMs: 5 });
// @ts-expect-error the payload has no such part
await expectEnqueued(store, translate, { payload: { article: "1" } });
// @ts-expect-error the task works on no such target
await expectEnqueued(store, translate, { target: { type: "person" } });
// @ts-expect-error how a key was to be handled is not kept with the job
await expectEnqueued(store, translate, { dedupe: "keep" });

await runUntilIdle({ store, handlers: [handler] });
const foreign = handle(translate, { run: () => ({ save: (other: { readonly sql: string }) => other.sql }) });
// @ts-expect-error its `save` needs another store's transaction
await runUntilIdle({ store, handlers: [foreign] });
