import { anySchema } from "../../test/sample-schema.js";
import { defineTask } from "./define-task.js";
import { type Handler, handle } from "./handle.js";

const translate = defineTask({
  type: "translate",
  payload: anySchema<{ id: string; at: string }, { id: string; at: Date }>(),
  targets: ["article", "comment"],
});

export const typed = handle(translate, {
  run: ({ payload, target, attempt, signal }) => {
    const id: string = payload.id;
    const at: Date = payload.at;
    const kind: "article" | "comment" = target.type;
    const code: "timeout" | "shutdown" | "lease-lost" | "cancelled" = signal.reason.code;
    return { result: { id, at: at.toISOString(), kind, attempt, code } };
  },
});

export const idle = handle(defineTask({ type: "idle" }), {
  run: ({ target, payload }) => {
    const noTarget: null = target;
    const noPayload: undefined = payload;
    return { result: [noTarget, noPayload ?? null] };
  },
});

export const silent = handle(translate, { run: () => undefined });

// @ts-expect-error a result is JSON
export const withDate = handle(translate, { run: () => ({ result: new Date() }) });
// @ts-expect-error a handler runs something
export const empty = handle(translate, {});
// @ts-expect-error there is no such limit
export const limited = handle(translate, { gates: [{ key: "task:x", perMinute: 1 }], run: () => undefined });

interface AppTransaction {
  insert(text: string): Promise<void>;
}
export const saving: Handler<AppTransaction> = handle(translate, {
  run: () => ({ save: (tx: AppTransaction) => tx.insert("text") }),
});
