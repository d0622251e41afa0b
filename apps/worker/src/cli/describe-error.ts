import { redact } from "@sluice/core";
import { CommanderError } from "commander";
import { exitCode } from "./exit-code.js";

// By name: to import the classes would load the AI SDK before the first word of `--help`.
const wrongUses = new Set(["WrongUseError", "ConfigError", "ModelConfigError", "InvalidRequestError"]);

/** What a command that threw says, and with which status it ends. `text` `null`: all is said already. */
export function describeError(error: unknown): { readonly text: string | null; readonly status: number } {
  // Commander prints its own words: help, the version, or what is wrong with the call.
  if (error instanceof CommanderError)
    return { text: null, status: error.exitCode === 0 ? exitCode.done : exitCode.wrongUse };
  const isWrongUse = error instanceof Error && wrongUses.has(error.name);
  const text = redact(error instanceof Error ? withoutStatement(error).message : String(error));
  return { text, status: isWrongUse ? exitCode.wrongUse : exitCode.failed };
}

/** Drizzle's errors repeat the whole statement and its values; what the database said is inside. */
function withoutStatement(error: Error): Error {
  return "query" in error && "params" in error && error.cause instanceof Error ? error.cause : error;
}
