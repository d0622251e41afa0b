import type { JsonCompatible, JsonValue } from "../json.js";
import type { StandardSchemaV1 } from "../standard-schema.js";

/**
 * The contract of a kind of work: its type and its payload. An app that only enqueues needs nothing else. `Input` is what
 * is enqueued and stored, `Output` what the schema makes of it for the handler.
 */
export interface Task<
  Type extends string = string,
  Input = unknown,
  Output = unknown,
  TargetType extends string = string,
> {
  readonly type: Type;
  /** `null`: the task takes no payload. */
  readonly payload: StandardSchemaV1<Input, Output> | null;
  /** The target types that it works on; `null`: it is not about a target. */
  readonly targets: readonly TargetType[] | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of tasks holds every payload; `unknown` would refuse each (variance)
export type AnyTask = Task<string, any, any, string>;

const maxTypeLength = 200;

/**
 * Defines a task. `payload` is any Standard Schema whose input is JSON; it may transform. The type names the work in the
 * database for ever, and is the name of the task's gate. Throws a TypeError on an unusable type, schema or target list.
 */
export function defineTask<const Type extends string>(definition: {
  readonly type: Type;
}): Task<Type, undefined, undefined, never>;
export function defineTask<const Type extends string, const TargetType extends string>(definition: {
  readonly type: Type;
  readonly targets: readonly TargetType[];
}): Task<Type, undefined, undefined, TargetType>;
export function defineTask<const Type extends string, Input, Output>(definition: {
  readonly type: Type;
  readonly payload: JsonSchema<Input, Output>;
}): Task<Type, Input, Output, never>;
export function defineTask<
  const Type extends string,
  Input,
  Output,
  const TargetType extends string,
>(definition: {
  readonly type: Type;
  readonly payload: JsonSchema<Input, Output>;
  readonly targets: readonly TargetType[];
}): Task<Type, Input, Output, TargetType>;
export function defineTask(definition: {
  readonly type: string;
  readonly payload?: StandardSchemaV1;
  readonly targets?: readonly string[];
}): AnyTask {
  if (typeof definition !== "object" || definition === null)
    throw new TypeError("`defineTask` takes an object: { type, payload, targets }");
  const { type, payload = null, targets = null } = definition;
  checkName("task type", type);
  if (payload !== null && typeof payload["~standard"]?.validate !== "function")
    throw new TypeError(`the payload of task ${type} must be a Standard Schema (zod, valibot, arktype, …)`);
  if (targets !== null) {
    if (!Array.isArray(targets) || targets.length === 0)
      throw new TypeError(`the targets of task ${type} must name at least one type`);
    for (const target of targets) checkName("target type", target);
  }
  return { type, payload, targets };
}

/** A schema whose input survives a JSON round trip; others do not compile. What may be left out as a whole has a default. */
type JsonSchema<Input, Output> = StandardSchemaV1<Input, Output> &
  ([Exclude<Input, undefined>] extends [JsonCompatible<Exclude<Input, undefined>>]
    ? unknown
    : "the payload's input must be JSON: it is stored as such");

function checkName(what: string, name: unknown): void {
  if (
    typeof name !== "string" ||
    name.length === 0 ||
    name.length > maxTypeLength ||
    /[\p{Cc}\p{Cs}]/u.test(name)
  )
    throw new TypeError(
      `a ${what} must be 1 to ${maxTypeLength} printable characters, got ${JSON.stringify(name)}`,
    );
}

/** What a payload is when a task defines none. */
export const noPayload: JsonValue = null;
