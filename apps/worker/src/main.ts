#!/usr/bin/env node
import { ModelConfigError } from "@sluice/handlers-ai";
import { exitCode, WrongUseError } from "./cli/exit-code.js";
import { createProgram } from "./cli/program.js";
import { ConfigError } from "./config/config.js";

try {
  await createProgram().parseAsync();
} catch (error) {
  const isWrongUse =
    error instanceof WrongUseError || error instanceof ConfigError || error instanceof ModelConfigError;
  process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`);
  if (!isWrongUse && process.env["LOG_LEVEL"] === "debug" && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exitCode = isWrongUse ? exitCode.wrongUse : exitCode.failed;
}
