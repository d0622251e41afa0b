#!/usr/bin/env node
import { redact } from "@sluice/core";
import { createContext } from "./cli/context.js";
import { describeError } from "./cli/describe-error.js";
import { exitCode } from "./cli/exit-code.js";
import { createProgram } from "./cli/program.js";
import { createTerminal } from "./cli/terminal.js";

// Whoever reads our output may stop reading: `sluice jobs | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`sluice: the answer cannot be written: ${error.message}\n`);
  process.exit(exitCode.failed);
});
// Nobody sees how far it is, which is no reason to stop: the result goes elsewhere.
process.stderr.on("error", () => undefined);

const isJson = wantsJson(process.argv);

try {
  await createProgram(createContext(createTerminal(process, { isJson }))).parseAsync();
} catch (error) {
  const { text, json, status } = describeError(error);
  if (isJson && json !== null) process.stderr.write(`${JSON.stringify(json)}\n`);
  if (!isJson && text !== null) process.stderr.write(`sluice: ${text}\n`);
  if (text !== null && process.env["LOG_LEVEL"] === "debug" && error instanceof Error)
    process.stderr.write(`${redact(error.stack ?? "")}\n`);
  process.exitCode = status;
}

/** Before anything is parsed: what is wrong with the call is told in the same way. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? undefined : end).includes("--json");
}
