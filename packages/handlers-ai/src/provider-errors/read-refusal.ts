import type { APICallError } from "@ai-sdk/provider";
import type { Headers } from "../provider-headers/headers.js";
import type { AskedCall } from "./asked-call.js";
import { ownWords } from "./own-words.js";
import { pageText, truncatedWords } from "./read-broken-body.js";
import { type Refusal, toWord } from "./refusal.js";

type Fields = Readonly<Record<string, unknown>>;

const maxBodyLength = 1_000_000;
const maxTextLength = 4_000;
const maxDetails = 50;

/**
 * Reads what the provider said, in any of the shapes that providers have for it. What is missing is empty. Routers were seen
 * to answer 200 with the status of the provider behind them in the body.
 */
export function readRefusal(error: APICallError, statusCode: number, { hideKey }: AskedCall): Refusal {
  const body = readBody(error);
  const broken = Object.keys(body).length === 0 && statusCode >= 300 ? brokenBody(error) : "";
  const inner = innerError(body);
  const metadata = fieldsOf(inner["metadata"]);
  const details = listOf(inner["details"]).map(fieldsOf);
  const headers = { ...headersOf(metadata["headers"]), ...error.responseHeaders };
  const told = firstText(
    inner["message"],
    body["error"],
    body["message"],
    body["Message"],
    body["msg"],
    body["detail"],
    fieldsOf(listOf(body["detail"])[0])["msg"],
    body["title"],
    pageText(broken),
    error.message,
  );
  const message = hideKey(told);
  const raw = [firstText(metadata["raw"]), firstText(metadata["raw"] && JSON.stringify(metadata["raw"]))];
  return {
    status: statusCode < 300 ? (statusOf(inner["code"], inner["status"]) ?? statusCode) : statusCode,
    headers,
    words: new Set(
      [
        ...[body, inner, fieldsOf(inner["innererror"]), fieldsOf(inner["details"]), ...details].flatMap(
          wordsOf,
        ),
        ...truncatedWords(broken),
        // `ThrottlingException:http://internal.amazon.com/…`, `com.amazon.coral#ThrottlingException`
        ...textsOf(headers["x-amzn-errortype"]?.split(":")[0]),
        ...textsOf(body["__type"]).map((type) => type.split("#").at(-1) ?? ""),
      ]
        .map(toWord)
        .filter((word) => word !== ""),
    ),
    message,
    text: joinTexts(message, ...raw),
    ownText: joinTexts(ownWords(message), ...raw),
    quotaIds: details.flatMap(({ violations }) =>
      listOf(violations).flatMap((violation) => textsOf(fieldsOf(violation)["quotaId"])),
    ),
    retryDelay: details.flatMap(({ retryDelay }) => textsOf(retryDelay))[0] ?? loadingTime(body),
    isFiltered:
      listOf(metadata["reasons"]).length > 0 ||
      textsOf(fieldsOf(body["promptFeedback"])["blockReason"]).length > 0,
    isPage: /^\s*</.test(broken) || /\bhtml\b/.test(headers["content-type"] ?? ""),
  };
}

/** The body as an object: the SDK gives it as text, or (OpenAI's Responses) already read. */
function readBody({ responseBody, data }: APICallError): Fields {
  const body = typeof responseBody === "string" ? parseJson(responseBody) : responseBody;
  const fields = fieldsOf(Array.isArray(body) ? body[0] : body);
  return Object.keys(fields).length > 0 ? fields : fieldsOf(data);
}

/** A page of a proxy, plain text, or the begin of JSON: what is no JSON object. */
function brokenBody({ responseBody }: APICallError): string {
  return typeof responseBody === "string" ? responseBody.slice(0, maxTextLength) : "";
}

/** `error` of nearly everybody, `errors` of Cloudflare, `detail` of Python servers; Google's within Bedrock's or a router's. */
function innerError(body: Fields): Fields {
  const candidates = [body["error"], listOf(body["errors"])[0], body["detail"], body["base_resp"]];
  const inner = candidates.map(fieldsOf).find((fields) => Object.keys(fields).length > 0) ?? {};
  const nested = fieldsOf(inner["error"]);
  return Object.keys(nested).length > 0 ? nested : inner;
}

function parseJson(text: string): unknown {
  if (text.length > maxBodyLength) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf(fields: Fields): readonly string[] {
  const { type, code, status, reason } = fields;
  return [type, code, status, reason, fields["error_code"], fields["error_type"]].flatMap((word) =>
    typeof word === "string" || typeof word === "number" ? [String(word)] : [],
  );
}

function statusOf(...codes: readonly unknown[]): number | null {
  const statuses = codes.map((code) =>
    typeof code === "number" || (typeof code === "string" && /^\d{3}$/.test(code)) ? Number(code) : 0,
  );
  return statuses.find((status) => Number.isInteger(status) && status >= 400 && status < 600) ?? null;
}

/** Hugging Face: how many seconds a model takes to load. */
function loadingTime(body: Fields): string | null {
  const seconds = body["estimated_time"];
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 && seconds < 1e9
    ? `${Math.ceil(seconds)}s`
    : null;
}

/** Headers of the provider behind a router, which the router repeats in its body. */
function headersOf(value: unknown): Headers {
  return Object.fromEntries(
    Object.entries(fieldsOf(value))
      .slice(0, maxDetails)
      .flatMap(([name, text]) => (typeof text === "string" ? [[name.toLowerCase(), text]] : [])),
  );
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

function joinTexts(...texts: readonly string[]): string {
  return [...new Set(texts)].join(" ");
}

function firstText(...values: readonly unknown[]): string {
  return (values.flatMap(textsOf)[0] ?? "").slice(0, maxTextLength).replace(/\s+/g, " ").trim();
}
