import { checkJson, type JsonLimits, toStorableText } from "../json.js";
import type { EpochMs } from "../time.js";

/** Why a run failed, short and fit to be stored and shown: never a prompt, never a key. */
export interface RunFailure {
  /** Class of the error, or what took its place. */
  readonly name: string;
  /** Machine-readable, for filters: `rate_limited`, `ECONNRESET`, `23505`, … */
  readonly code: string;
  readonly message: string;
}

/** A failure as it is kept with the job: of which attempt, and when. */
export interface StoredFailure extends RunFailure {
  readonly attempt: number;
  readonly at: EpochMs;
}

const maxMessageLength = 500;
const maxCodeLength = 80;
/** What is read of a message: enough for what is shown of it, and an error may carry megabytes. */
const maxReadLength = 10_000;

// What providers' keys and our own connection strings look like. Over-eager is right: this text is only for people.
const secrets: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|hf|gh[a-z])[-_ ][A-Za-z0-9_\-.]{12,}/gi,
  /\b(?:key|token|bearer)[-_ ](?=\S{0,200}\d)[A-Za-z0-9_\-.]{12,}/gi,
  /\b(?:AIza|AKIA|ASIA)[A-Za-z0-9_-]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_.-]+/g,
  /(?<=:\/\/[^\s:@/]{0,100}:)\S{1,1000}(?=@)/g,
  /(?<=(?:api[-_ ]?key|token|secret|password|authorization)[\\"']{0,4}\s{0,3}[:=]\s{0,3}[\\"']{0,4}(?:(?:bearer|basic) )?)[^\s"'&,;\\]{6,}/gi,
];

/** Hides what looks like a key, a token or a password. */
export function redact(text: string): string {
  return secrets.reduce((redacted, secret) => redacted.replace(secret, "[redacted]"), text);
}

/** A failure from whatever was thrown. Never throws itself. */
export function describeFailure(error: unknown): RunFailure {
  try {
    if (!(error instanceof Error)) return makeFailure("Thrown", "thrown", stringOf(error));
    const told = withoutStatement(error);
    const code = "code" in told && typeof told.code === "string" ? told.code : "error";
    return makeFailure(told.name, code, told.message);
  } catch {
    return makeFailure("Thrown", "thrown", "an error that cannot be read");
  }
}

/** A query builder's error repeats the statement with all its values, prompts perhaps; what the driver said is inside. */
function withoutStatement(error: Error): Error {
  const isQuery = "query" in error && "params" in error;
  return isQuery && error.cause instanceof Error ? error.cause : error;
}

/** A failure from its parts: redacted, storable, cut to what a table can show. */
export function makeFailure(name: string, code: string, message: string): RunFailure {
  return {
    name: shown(name, maxCodeLength),
    code: shown(code, maxCodeLength),
    message: shown(message, maxMessageLength),
  };
}

function shown(text: string, maxLength: number): string {
  const line = text.replace(/\s+/g, " ").slice(0, maxReadLength);
  const clean = toStorableText(redact(line)).trim();
  return clean.length > maxLength ? `${toStorableText(clean.slice(0, maxLength - 1))}…` : clean;
}

const thrownLimits: JsonLimits = { maxBytes: maxReadLength, maxDepth: 8 };

function stringOf(thrown: unknown): string {
  if (typeof thrown !== "object") return String(thrown);
  const check = checkJson(thrown, thrownLimits);
  return check.ok ? JSON.stringify(check.value) : "an object that cannot be shown";
}
