import { anySchema } from "../../test/sample-schema.js";
import type { JsonValue } from "../json.js";
import type { SchemaInput, SchemaOutput, StandardSchemaV1 } from "../standard-schema.js";
import { defineTask } from "./define-task.js";

// What JSON carries as it is may be enqueued.

interface Article {
  readonly id: string;
  readonly words?: number;
  readonly tags: readonly string[];
  readonly meta: { readonly lang: "de" | "fr" | null };
}
export const translate = defineTask({ type: "translate", payload: anySchema<Article>() });
export const json = defineTask({ type: "json", payload: anySchema<JsonValue>() });
export const text = defineTask({ type: "text", payload: anySchema<string>() });
export const transformed = defineTask({
  type: "transformed",
  payload: anySchema<{ at: string }, { at: Date }>(),
});

export const optional = defineTask({
  type: "optional",
  payload: anySchema<{ a?: string; b?: { c?: number | undefined }; d?: readonly string[] }>(),
});
export const byName = defineTask({ type: "by_name", payload: anySchema<Record<string, number>>() });
export const tuple = defineTask({ type: "tuple", payload: anySchema<readonly [string, number?]>() });
export const withDefault = defineTask({
  type: "with_default",
  payload: anySchema<{ a?: string } | undefined>(),
});

interface Comment {
  readonly text: string;
  readonly replies: readonly Comment[];
}
export const thread = defineTask({ type: "thread", payload: anySchema<Comment>() });

// What it drops, changes or refuses does not compile.

// @ts-expect-error a Date comes back as text
export const withDate = defineTask({ type: "t", payload: anySchema<{ at: Date }>() });
// @ts-expect-error a Date deep inside, too
export const withDeepDate = defineTask({ type: "t", payload: anySchema<{ list: { at?: Date }[] }>() });
// @ts-expect-error a Map comes back as {}
export const withMap = defineTask({ type: "t", payload: anySchema<{ map: Map<string, string> }>() });
// @ts-expect-error a Set comes back as {}
export const withSet = defineTask({ type: "t", payload: anySchema<Set<string>>() });
// @ts-expect-error a bigint cannot be written
export const withBigint = defineTask({ type: "t", payload: anySchema<{ n: bigint }>() });
// @ts-expect-error a function is left out
export const withFunction = defineTask({ type: "t", payload: anySchema<{ f: () => void }>() });
// @ts-expect-error a symbol is left out
export const withSymbol = defineTask({ type: "t", payload: anySchema<{ s: symbol }>() });
// @ts-expect-error one bad member of a union is one too many
export const withUnion = defineTask({ type: "t", payload: anySchema<{ v: string | Date }>() });
// @ts-expect-error undefined in a list comes back as null
export const withHoles = defineTask({ type: "t", payload: anySchema<{ list: (string | undefined)[] }>() });
// @ts-expect-error undefined of a part that must be there does not come back
export const withUndefined = defineTask({ type: "t", payload: anySchema<{ note: string | undefined }>() });
// @ts-expect-error undefined deep inside, too
export const withDeepUndefined = defineTask({ type: "t", payload: anySchema<{ a?: { b: undefined } }>() });
// @ts-expect-error of unknown nobody can tell; JsonValue says that it is
export const withUnknown = defineTask({ type: "t", payload: anySchema<unknown>() });
// @ts-expect-error an unknown library's schema must follow the standard
export const withParse = defineTask({ type: "t", payload: { parse: (value: unknown) => value } });

// The types are kept: of the task, its payload and its targets.

export const type: "translate" = translate.type;
export const about = defineTask({ type: "about", targets: ["article", "comment"] });
export const targets: readonly ("article" | "comment")[] | null = about.targets;
// @ts-expect-error there is no such target type
export const wrongTargets: readonly "article"[] | null = about.targets;
export const nothing = defineTask({ type: "nothing" });
export const noPayload: StandardSchemaV1<undefined, undefined> | null = nothing.payload;

type Schema = StandardSchemaV1<{ at: string }, { at: Date }>;
declare const input: SchemaInput<Schema>;
declare const output: SchemaOutput<Schema>;
export const inputAt: string = input.at;
export const outputAt: Date = output.at;
