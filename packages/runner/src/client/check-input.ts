import {
  type EpochMs,
  FOREVER,
  type GateKey,
  isJobId,
  type JobId,
  toEpochMs,
  toGateKey,
  toJobId,
} from "@sluice/core";
import { InvalidRequestError } from "./invalid-request-error.js";

/** Longer waits are mistakes, and would leave what timestamps can hold. */
const maxDurationMs = 100 * 365.25 * 24 * 3_600_000;
const maxTextLength = 512;

interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** A whole number in the range. */
export function checkWholeNumber(field: string, value: unknown, { min, max }: NumberRange): number {
  if (typeof value !== "number") throw wrongType(field, "a number", value);
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw outOfRange(field, `must be a whole number from ${min} to ${max}, got ${value}`);
  return value;
}

/** A duration in ms, rounded up. */
export function checkDurationMs(field: string, value: unknown, { min }: { readonly min: number }): number {
  if (typeof value !== "number") throw wrongType(field, "a number of ms", value);
  if (!(value >= min && value <= maxDurationMs))
    throw outOfRange(field, `must be from ${min} ms to ${maxDurationMs} ms (100 years), got ${value}`);
  return Math.ceil(value);
}

/** An instant from a `Date` or a number of ms. */
export function checkInstant(field: string, value: unknown): EpochMs {
  const ms = value instanceof Date ? value.getTime() : value;
  if (typeof ms !== "number") throw wrongType(field, "a Date or a number of ms since 1970", value);
  if (!(ms >= 0 && ms <= FOREVER))
    throw outOfRange(
      field,
      `must be an instant from 1970 to 9999, got ${Number.isNaN(ms) ? "an invalid one" : ms}`,
    );
  return toEpochMs(Math.ceil(ms));
}

/** Text for a column with an index: short, not empty, nothing that Postgres or a log cannot hold. */
export function checkText(field: string, value: unknown): string {
  if (typeof value !== "string") throw wrongType(field, "a string", value);
  if (value.length === 0 || value.length > maxTextLength)
    throw outOfRange(field, `must have 1 to ${maxTextLength} characters, got ${value.length}`);
  if (/[\p{Cc}\p{Cs}]/u.test(value))
    throw new InvalidRequestError({
      code: "unstorable_text",
      field,
      message: "contains control characters or half a surrogate pair",
    });
  return value;
}

/** Options, or a request: an object with names that are known. A wrong one would be passed over without a word. */
export function checkNames(field: string, value: unknown, known: ReadonlySet<string>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrongType(field, "an object", value);
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const message =
    unknown === "tx" ? "belongs into the options, which come last" : `is none of ${[...known].join(", ")}`;
  throw new InvalidRequestError({ code: "unknown_option", field: unknown.slice(0, 60), message });
}

export function checkJobId(value: unknown): JobId {
  if (typeof value !== "string") throw wrongType("id", "a job id (a UUID)", value);
  if (!isJobId(value.toLowerCase()))
    throw outOfRange("id", `must be a job id (a UUID), got ${JSON.stringify(value.slice(0, 60))}`);
  return toJobId(value);
}

export function checkGateKey(text: string): GateKey {
  try {
    return toGateKey(text);
  } catch (cause) {
    throw outOfRange("gate", cause instanceof Error ? cause.message : "is no gate key", { cause });
  }
}

export function wrongType(field: string, wanted: string, value: unknown): InvalidRequestError {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  return new InvalidRequestError({ code: "wrong_type", field, message: `must be ${wanted}, got ${got}` });
}

function outOfRange(field: string, message: string, options: ErrorOptions = {}): InvalidRequestError {
  return new InvalidRequestError({ code: "out_of_range", field, message, ...options });
}
