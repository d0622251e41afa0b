import {
  defineTask,
  type Handler,
  handle,
  type JobStore,
  RateLimitedError,
  type StandardSchemaV1,
} from "@sluice/core";
import { pgTable, text } from "drizzle-orm/pg-core";
import type { DrizzleTransaction } from "./transaction.js";

declare const schema: StandardSchemaV1<
  { articleId: string; lang: string; n?: number | undefined },
  { articleId: string; lang: Date }
>;
declare const dateSchema: StandardSchemaV1<{ at: Date }, { at: Date }>;
const translations = pgTable("t", { id: text("id"), text: text("text") });
export const translate = defineTask({ type: "translate", payload: schema });
// @ts-expect-error a Date is not JSON
export const bad = defineTask({ type: "bad", payload: dateSchema });
export const h = handle(translate, {
  gates: [{ key: "model:acme:main:mt-2", requestsPerMinute: 600 }],
  run: async ({ payload, signal, target }) => {
    const answer = await fetch("x", { signal });
    const d: Date = payload.lang;
    const nothing: null = target;
    if (answer.status === 429) throw new RateLimitedError({ waitMs: 4 });
    return {
      result: { chars: 4 },
      save: (tx) =>
        tx.insert(translations).values({ id: payload.articleId, text: String(d) + String(nothing) }),
    };
  },
});
const check: Handler<DrizzleTransaction> = h;
const noSave: Handler = handle(translate, { run: async () => ({ result: 1 }) });
const e = handle(defineTask({ type: "enrich", payload: schema, targets: ["a", "b"] }), {
  run: ({ target }) => {
    const t: "a" | "b" = target.type;
    return { result: t };
  },
});
declare function createWorker<Tx>(o: {
  store: JobStore<Tx>;
  handlers: readonly Handler<NoInfer<Tx>>[];
}): void;
declare const store: JobStore<DrizzleTransaction>;
declare const memory: JobStore<{ memory: true }>;
createWorker({ store, handlers: [h, noSave, e] });
const annotated = handle(translate, { run: async () => ({ save: async (tx: { memory: true }) => void tx }) });
createWorker({ store: memory, handlers: [annotated] });
createWorker({ store: memory, handlers: [noSave] });
// @ts-expect-error wrong transaction
createWorker({ store, handlers: [annotated] });
// @ts-expect-error wrong transaction
createWorker({ store: memory, handlers: [h] });
void check;

const nothing: Handler = handle(translate, { run: async () => {} });
const sometimes = handle(translate, {
  run: async ({ attempt }) =>
    attempt > 1 ? { result: 1 } : { save: (tx) => tx.insert(translations).values({ id: "1" }) },
});
const sometimesNot = handle(translate, {
  run: async ({ attempt }) => {
    if (attempt > 1) return;
    return { save: (tx) => tx.insert(translations).values({ id: "1" }) };
  },
});
createWorker({ store, handlers: [nothing, sometimes, sometimesNot] });
// @ts-expect-error wrong transaction
createWorker({ store: memory, handlers: [sometimesNot] });
// @ts-expect-error wrong transaction
createWorker({ store: memory, handlers: [sometimes] });
createWorker({ store: memory, handlers: [nothing] });
// @ts-expect-error a result must be JSON
handle(translate, { run: async () => ({ result: new Map() }) });
interface Repo<Tx> {
  save(tx: Tx): Promise<void>;
}
export function generic<Tx>(repo: Repo<Tx>): Handler<Tx> {
  return handle(translate, { run: async () => ({ save: (tx: Tx) => repo.save(tx) }) });
}
