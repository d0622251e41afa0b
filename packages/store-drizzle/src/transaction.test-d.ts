import {
  defineTask,
  type Handler,
  handle,
  type JobStore,
  RateLimitedError,
  type StandardSchemaV1,
} from "@sluice/core";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { DrizzleTransaction } from "./transaction.js";

// What must compile, and behind each `@ts-expect-error` what must not. The compiler is the test.

const translations = pgTable("translations", { id: text("id"), text: text("text") });
declare const schema: StandardSchemaV1<
  { articleId: string; lang: string; tone?: string | undefined },
  { articleId: string; lang: Date }
>;
declare const dateSchema: StandardSchemaV1<{ at: Date }, { at: Date }>;
export const translate = defineTask({ type: "translate", payload: schema });
// @ts-expect-error a payload is stored as JSON, which has no dates
export const dated = defineTask({ type: "dated", payload: dateSchema });

/** As the runner declares it. */
declare function createWorker<Tx>(options: {
  store: JobStore<Tx>;
  handlers: readonly Handler<NoInfer<Tx>>[];
}): void;
declare const store: JobStore<DrizzleTransaction>;
declare const memory: JobStore<{ memory: true }>;

// The payload is what the schema makes of it, and `tx` a Drizzle transaction without anybody saying so.
export const translateHandler = handle(translate, {
  gates: [{ key: "model:acme:main:mt-2", requestsPerMinute: 600 }],
  run: async ({ payload, signal, target }) => {
    const answer = await fetch("https://example.org", { signal });
    const lang: Date = payload.lang;
    const nothing: null = target;
    if (answer.status === 429) throw new RateLimitedError({ waitMs: 4 });
    const row = { id: payload.articleId, text: `${lang} ${nothing}` };
    return { result: { chars: 4 }, save: (tx) => tx.insert(translations).values(row) };
  },
});
const saves: Handler<DrizzleTransaction> = translateHandler;
const savesNothing: Handler = handle(translate, { run: async () => ({ result: 1 }) });
const answersNothing: Handler = handle(translate, { run: async () => undefined });
const savesSometimes = handle(translate, {
  run: async ({ attempt }) => {
    if (attempt > 1) return;
    return { save: (tx) => tx.insert(translations).values({ id: "1" }) };
  },
});
const savesElsewhere = handle(translate, {
  run: async () => ({ save: async (tx: { memory: true }) => void tx }),
});
const knowsItsTargets = handle(defineTask({ type: "enrich", payload: schema, targets: ["a", "b"] }), {
  run: ({ target }) => {
    const type: "a" | "b" = target.type;
    return { result: type };
  },
});

// A handler meets a store of its own kind of transaction only.
createWorker({ store, handlers: [saves, savesNothing, answersNothing, savesSometimes, knowsItsTargets] });
createWorker({ store: memory, handlers: [savesElsewhere, savesNothing, answersNothing] });
// @ts-expect-error the memory store's transaction
createWorker({ store, handlers: [savesElsewhere] });
// @ts-expect-error Drizzle's transaction
createWorker({ store: memory, handlers: [translateHandler] });
// @ts-expect-error Drizzle's transaction
createWorker({ store: memory, handlers: [savesSometimes] });

// @ts-expect-error a result must be JSON
handle(translate, { run: async () => ({ result: new Map() }) });

/** A library of handlers may leave the transaction open. */
export function handleWith<Tx>(repository: { save(tx: Tx): Promise<void> }): Handler<Tx> {
  return handle(translate, { run: async () => ({ save: (tx: Tx) => repository.save(tx) }) });
}

// Any Drizzle database on Postgres will do, whatever its schema, and so will its transactions.
interface AppSchema extends Record<string, unknown> {
  readonly translations: typeof translations;
}
declare const overPostgres: PostgresJsDatabase<AppSchema>;
declare const overNodePostgres: NodePgDatabase<AppSchema>;
declare const overPglite: PgliteDatabase<AppSchema>;
declare const withoutSchema: PgliteDatabase;
export const accepted: readonly DrizzleTransaction[] = [
  overPostgres,
  overNodePostgres,
  overPglite,
  withoutSchema,
];
void overPostgres.transaction((tx) => store.enqueue([], { tx }));
void overNodePostgres.transaction((tx) => store.enqueue([], { tx }));
void overPglite.transaction((tx) => store.enqueue([], { tx }));
