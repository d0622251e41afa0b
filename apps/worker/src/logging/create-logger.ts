import type { Logger } from "@sluice/core";
import { pino } from "pino";
import pretty from "pino-pretty";
import { wantsColors } from "../cli/terminal.js";

/** Logs go to standard error: standard output is for what a command answers. Pretty on a terminal, JSON lines elsewhere. */
export function createLogger({
  level,
  isTerminal,
}: {
  readonly level: string;
  readonly isTerminal: boolean;
}): Logger {
  const options = { level, redact: { paths: [...secretPaths], censor: "[redacted]" } };
  const destination = isTerminal
    ? pretty({
        destination: 2,
        colorize: wantsColors(process.stderr, process.env),
        ignore: "pid,hostname",
        sync: true,
      })
    : pino.destination({ dest: 2, sync: true });
  return pino(options, destination);
}

// Nobody logs these on purpose; a handler that logs its error or its payload may.
const secretPaths = ["prompt", "apiKey", "authorization", "requestBodyValues", "responseBody"].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);
