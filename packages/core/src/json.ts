/** What survives a JSON round trip. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * `Value` if JSON can carry it as it is, `never` for what JSON drops, changes or refuses (`Date`, `Map`, `bigint`, functions, …).
 * Optional properties are fine, JSON leaves them out; `undefined` in any other place is not, it does not come back.
 */
export type JsonCompatible<Value> = unknown extends Value
  ? JsonValue
  : Value extends JsonValue
    ? Value
    : Value extends bigint | symbol | ((...args: never[]) => unknown)
      ? never
      : Value extends
            | { toJSON(...args: never[]): unknown }
            | ReadonlyMap<unknown, unknown>
            | ReadonlySet<unknown>
        ? never
        : Value extends readonly unknown[]
          ? { [Index in keyof Value]: JsonCompatible<Value[Index]> }
          : Value extends object
            ? { [Key in keyof Value]: JsonMember<Value, Key> }
            : never;

type JsonMember<Owner, Key extends keyof Owner> =
  Record<never, never> extends Pick<Owner, Key>
    ? JsonCompatible<Exclude<Owner[Key], undefined>> | undefined
    : JsonCompatible<Owner[Key]>;

/** Limits on what may be stored, so that one job cannot hurt the others. */
export interface JsonLimits {
  /** UTF-8 bytes of the JSON text. */
  readonly maxBytes: number;
  /** Arrays and objects inside one another. */
  readonly maxDepth: number;
}

export const defaultJsonLimits: JsonLimits = { maxBytes: 1_048_576, maxDepth: 64 };

/** What is wrong with a value, and where: `path` is like `$.user.tags.0`. */
export interface JsonProblem {
  readonly code: "not_json" | "too_deep" | "too_large" | "unstorable_text";
  readonly path: string;
  readonly message: string;
}

export type JsonCheck =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: JsonProblem };

// NUL and lone surrogates are valid in JavaScript strings and JSON, but no Postgres text can hold them.
const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Replaces what Postgres cannot hold by U+FFFD: for text that must be kept whatever it is, error messages say. */
export function toStorableText(text: string): string {
  return text.replace(new RegExp(unstorable, "g"), "\uFFFD");
}

/**
 * Checks that a value is JSON that every store can hold, and answers it after a JSON round trip. Never throws: a cycle,
 * a getter that throws or a `toJSON` that lies is an answer, too.
 */
export function checkJson(value: unknown, limits: JsonLimits = defaultJsonLimits): JsonCheck {
  try {
    const problem = findProblem(value, newWalk(limits));
    if (problem !== null) return { ok: false, problem };
    const text = JSON.stringify(value);
    // No character takes more than three bytes: of most texts they need not be counted.
    const bytes = 3 * text.length <= limits.maxBytes ? 0 : utf8Bytes(text);
    if (bytes > limits.maxBytes)
      return {
        ok: false,
        problem: tooLarge(`${bytes} bytes of JSON are more than the ${limits.maxBytes} allowed`),
      };
    const copy: JsonValue = JSON.parse(text);
    // A getter may have answered something else this time.
    const change = findProblem(copy, newWalk(limits));
    return change === null ? { ok: true, value: copy } : { ok: false, problem: change };
  } catch {
    return { ok: false, problem: notJson("cannot be read and written as JSON") };
  }
}

interface Walk {
  readonly depthLeft: number;
  readonly budget: { bytesLeft: number };
}

/**
 * Every part takes at least one byte of JSON, every character of text, too: what has more of them than bytes allowed is
 * too large, and an object that contains one part many times over cannot make the walk longer than that.
 */
function newWalk({ maxDepth, maxBytes }: JsonLimits): Walk {
  return { depthLeft: maxDepth, budget: { bytesLeft: maxBytes } };
}

function tooLarge(message: string): JsonProblem {
  return { code: "too_large", path: "$", message };
}

function findProblem(value: unknown, walk: Walk): JsonProblem | null {
  const { budget, depthLeft } = walk;
  budget.bytesLeft -= typeof value === "string" ? value.length + 1 : 1;
  if (budget.bytesLeft < 0) return tooLarge("has more parts and characters than bytes allowed");
  switch (typeof value) {
    case "string":
      return unstorable.test(value) ? unstorableText() : null;
    case "number":
      return Number.isFinite(value) ? null : notJson(`${value} is not JSON`);
    case "boolean":
      return null;
    case "object":
      if (value === null) return null;
      if (depthLeft === 0) return { code: "too_deep", path: "$", message: "nested deeper than allowed" };
      return findProblemInside(value, { budget, depthLeft: depthLeft - 1 });
    default:
      return notJson(`${typeof value} is not JSON`);
  }
}

function findProblemInside(object: object, walk: Walk): JsonProblem | null {
  if (Array.isArray(object)) {
    // By index: a hole is a part, too, which JSON would fill.
    for (let index = 0; index < object.length; index += 1) {
      const problem = findProblem(object[index], walk);
      if (problem !== null) return within(String(index), problem);
    }
    return null;
  }
  if (!isPlainObject(object)) return notJson("only plain objects are JSON");
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue; // JSON leaves it out
    if (unstorable.test(key)) return within(key, unstorableText());
    walk.budget.bytesLeft -= key.length;
    const problem = findProblem(value, walk);
    if (problem !== null) return within(key, problem);
  }
  return null;
}

/** The problem as the one who looks at the whole sees it. Of what is too large, no part is to blame. */
function within(key: string, problem: JsonProblem): JsonProblem {
  if (problem.code === "too_large") return problem;
  return { ...problem, path: `$.${toStorableText(key.slice(0, 40))}${problem.path.slice(1)}` };
}

function isPlainObject(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return (prototype === Object.prototype || prototype === null) && !("toJSON" in object);
}

function notJson(message: string): JsonProblem {
  return { code: "not_json", path: "$", message };
}

function unstorableText(): JsonProblem {
  const message = "contains NUL or half a surrogate pair, which Postgres cannot store";
  return { code: "unstorable_text", path: "$", message };
}

/** Length in UTF-8, without an encoder: core runs on no platform's APIs. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
