#!/usr/bin/env node
import { redact } from "@sluice/core";
import { describeError } from "./cli/describe-error.js";
import { createProgram } from "./cli/program.js";

// Whoever reads our output may stop reading: `sluice jobs | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  const { text, status } = describeError(error);
  if (text !== null) process.stderr.write(`sluice: ${text}\n`);
  if (text !== null && process.env["LOG_LEVEL"] === "debug" && error instanceof Error)
    process.stderr.write(`${redact(error.stack ?? "")}\n`);
  process.exitCode = status;
}
