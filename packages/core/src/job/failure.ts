import { toStorableText } from "../json.js";
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

// What providers' keys and our own connection strings look like. Over-eager is right: this text is only for people.
const secrets: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|key|token|bearer)[-_ ][A-Za-z0-9_\-.]{12,}/gi,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+/g,
  /(?<=:\/\/[^\s:@/]{0,100}:)[^\s@/]+(?=@)/g,
  /(?<=(?:api[-_]?key|token|secret|password|authorization)["']?\s*[:=]\s*["']?)[^\s"'&,;]{6,}/gi,
];

/** Hides what looks like a key, a token or a password. */
export function redact(text: string): string {
  return secrets.reduce((redacted, secret) => redacted.replace(secret, "[redacted]"), text);
}

/** A failure from whatever was thrown. Never throws itself. */
export function describeFailure(error: unknown): RunFailure {
  try {
    if (!(error instanceof Error)) return makeFailure("Thrown", "thrown", stringOf(error));
    const code = "code" in error && typeof error.code === "string" ? error.code : "error";
    return makeFailure(error.name, code, error.message);
  } catch {
    return makeFailure("Thrown", "thrown", "an error that cannot be read");
  }
}

/** A failure from its parts: redacted, storable, cut to what a table can show. */
export function makeFailure(name: string, code: string, message: string): RunFailure {
  const clean = toStorableText(redact(message)).replace(/\s+/g, " ").trim();
  return {
    name: toStorableText(name).slice(0, maxCodeLength),
    code: toStorableText(code).slice(0, maxCodeLength),
    message:
      clean.length > maxMessageLength ? `${toStorableText(clean.slice(0, maxMessageLength - 1))}…` : clean,
  };
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
