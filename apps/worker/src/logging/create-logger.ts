import type { Logger } from "@sluice/core";
import { pino } from "pino";
import pretty from "pino-pretty";
import { wantsColors } from "../cli/terminal.js";

const maxHeldBytes = 1024 * 1024;

/**
 * Logs go to standard error: standard output is for what a command answers. Pretty on a terminal, JSON lines elsewhere. What cannot be
 * written, to a full disk say, is held for the next line up to a limit, then dropped: that there is no log is no reason to stop.
 */
export function createLogger({
  level,
  isTerminal,
}: {
  readonly level: string;
  readonly isTerminal: boolean;
}): Logger {
  const options = { level, redact: { paths: [...secretPaths], censor: "[redacted]" } };
  const standardError = pino.destination({ dest: 2, sync: true, maxLength: maxHeldBytes });
  standardError.on("error", () => undefined);
  const destination = isTerminal
    ? pretty({
        destination: standardError,
        colorize: wantsColors(process.stderr, process.env),
        ignore: "pid,hostname",
      })
    : standardError;
  return pino(options, destination);
}

// Nobody logs these on purpose; a handler that logs its error or its payload may.
const secretPaths = ["prompt", "apiKey", "authorization", "requestBodyValues", "responseBody"].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);
