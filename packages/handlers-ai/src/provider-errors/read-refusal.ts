import type { APICallError } from "@ai-sdk/provider";
import type { Refusal } from "./refusal.js";

type Fields = Readonly<Record<string, unknown>>;

const maxBodyLength = 1_000_000;
const maxTextLength = 4_000;
const maxDetails = 50;

/**
 * Reads what the provider said, in any of the shapes that providers have for it. What is missing is empty. Routers were seen
 * to answer 200 with the status of the provider behind them in the body.
 */
export function readRefusal(error: APICallError, statusCode: number): Refusal {
  const headers = error.responseHeaders ?? {};
  const body = readBody(error);
  const inner = fieldsOf(body["error"]);
  const metadata = fieldsOf(inner["metadata"]);
  const details = listOf(inner["details"]).map(fieldsOf);
  const message = firstText(inner["message"], body["error"], body["message"], body["detail"], error.message);
  const status = statusCode < 300 ? (statusOf(inner["code"]) ?? statusCode) : statusCode;
  return {
    status,
    headers,
    words: new Set([
      ...[body, inner, fieldsOf(inner["innererror"]), fieldsOf(inner["details"]), ...details].flatMap(
        wordsOf,
      ),
      ...amazonWords(headers["x-amzn-errortype"]),
    ]),
    message,
    text: `${message} ${firstText(metadata["raw"])}`,
    quotaIds: details.flatMap(({ violations }) =>
      listOf(violations).flatMap((violation) => textsOf(fieldsOf(violation)["quotaId"])),
    ),
    retryDelay: details.flatMap(({ retryDelay }) => textsOf(retryDelay))[0] ?? null,
    isFiltered:
      listOf(metadata["reasons"]).length > 0 ||
      textsOf(fieldsOf(body["promptFeedback"])["blockReason"]).length > 0,
  };
}

/** The body as an object: the SDK gives it as text, or (OpenAI's Responses) already read. */
function readBody({ responseBody, data }: APICallError): Fields {
  const body = typeof responseBody === "string" ? parseJson(responseBody) : responseBody;
  const fields = fieldsOf(Array.isArray(body) ? body[0] : body);
  return Object.keys(fields).length > 0 ? fields : fieldsOf(data);
}

function parseJson(text: string): unknown {
  if (text.length > maxBodyLength) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf({ type, code, status, reason, error_code: errorCode }: Fields): readonly string[] {
  return [type, code, status, reason, errorCode].flatMap((word) =>
    typeof word === "string" || typeof word === "number" ? [String(word).toLowerCase().slice(0, 100)] : [],
  );
}

function statusOf(code: unknown): number | null {
  return typeof code === "number" && Number.isInteger(code) && code >= 400 && code < 600 ? code : null;
}

/** `ThrottlingException:http://internal.amazon.com/…` */
function amazonWords(errorType: string | undefined): readonly string[] {
  return textsOf(errorType?.split(":")[0]?.toLowerCase());
}

function fieldsOf(value: unknown): Fields {
  // A record of unknowns is all that is claimed of it.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, maxDetails) : [];
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === "string" && value.trim() !== "" ? [value] : [];
}

function firstText(...values: readonly unknown[]): string {
  return (values.flatMap(textsOf)[0] ?? "").slice(0, maxTextLength).replace(/\s+/g, " ").trim();
}
