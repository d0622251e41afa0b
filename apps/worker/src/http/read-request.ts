import type { Context } from "hono";
import { z } from "zod";
import { HttpError } from "./http-error.js";

/** As much as a payload may have. */
const maxBodyBytes = 1024 * 1024;

/** Text that Postgres can hold and people can read, of the length that an index takes. */
export const shortText = z
  .string()
  .min(1, "must not be empty")
  .max(512, "must have 512 characters or fewer")
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must not contain control characters");

/** The parameters of the query string; one that comes twice is a list. Throws an HttpError that names the wrong one. */
export function readQuery<Schema extends z.ZodType>({ req }: Context, schema: Schema): z.infer<Schema> {
  const { searchParams } = new URL(req.url);
  const names = new Set(searchParams.keys());
  const given = [...names].map((name) => {
    const values = searchParams.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  return check(schema, Object.fromEntries(given));
}

/** The JSON of the body; an empty one is `{}`. Throws an HttpError that names the wrong field. */
export async function readBody<Schema extends z.ZodType>(
  { req }: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const type = req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  // Nothing that a form of another page could send without asking first.
  if (type !== "application/json")
    throw new HttpError("send JSON, with `Content-Type: application/json`", {
      status: 415,
      code: "unsupported_media_type",
    });
  return check(schema, parseJson(await readText(req.raw.body)));
}

export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0]?.slice(0, 100) : undefined;
  const field = unknownKey ?? issue?.path.join(".") ?? "";
  const message = unknownKey === undefined ? issue?.message : "is not known here";
  const place = field === "" ? "the request" : field;
  throw new HttpError(`${place}: ${message}`, { status: 400, code: "invalid_request", field: field || null });
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes)
      throw new HttpError(`the body has more than ${maxBodyBytes} bytes`, { status: 413, code: "too_large" });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError("the body is not JSON", { status: 400, code: "not_json", cause });
  }
}
