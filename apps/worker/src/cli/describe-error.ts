import { redact } from "@sluice/core";
import { CommanderError } from "commander";
import { exitCode } from "./exit-code.js";

// By name: to import the classes would load the AI SDK before the first word of `--help`.
const codes = new Map<string, ErrorCode>([
  ["WrongUseError", "wrong_use"],
  ["InvalidRequestError", "wrong_use"],
  ["ConfigError", "bad_configuration"],
  ["ModelConfigError", "bad_configuration"],
]);

type ErrorCode = "wrong_use" | "bad_configuration" | "failed";

/** What a command that threw says, and with which status it ends. */
export interface DescribedError {
  /** For people; `null`: all is said already. */
  readonly text: string | null;
  /** For `--json`: the form that errors of the admin API have, too; `null`: it is none. */
  readonly json: { readonly error: ErrorJson } | null;
  readonly status: number;
}

interface ErrorJson {
  readonly code: ErrorCode;
  /** Of the job that was asked for. */
  readonly field: string | null;
  readonly message: string;
  /** Of the configuration, one by one. */
  readonly faults?: unknown;
  /** How far it came. */
  readonly report?: unknown;
}

export function describeError(error: unknown): DescribedError {
  // Commander prints its own words for people: help, the version, or what is wrong with the call.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { text: null, json: null, status: exitCode.done };
    const message = error.message.replace(/^error: /, "");
    const json = { error: { code: "wrong_use", field: null, message } } as const;
    return { text: null, json, status: exitCode.wrongUse };
  }
  const code = codes.get(error instanceof Error ? error.name : "") ?? "failed";
  const text = redact(error instanceof Error ? withoutStatement(error).message : String(error));
  return {
    text,
    json: { error: { code, field: null, message: text, ...detailsOf(error) } },
    status: code === "failed" ? exitCode.failed : exitCode.wrongUse,
  };
}

function detailsOf(error: unknown): Partial<ErrorJson> {
  if (!(error instanceof Error)) return {};
  return {
    ...("field" in error && typeof error.field === "string" && { field: error.field }),
    ...("faults" in error && { faults: error.faults }),
    ...reportOf(error),
  };
}

/** The database's failure, in words, stands around it. */
function reportOf(error: Error): Partial<ErrorJson> {
  if ("report" in error) return { report: error.report };
  return error.cause instanceof Error ? reportOf(error.cause) : {};
}

/** Drizzle's errors repeat the whole statement and its values; what the database said is inside. */
function withoutStatement(error: Error): Error {
  return "query" in error && "params" in error && error.cause instanceof Error ? error.cause : error;
}
