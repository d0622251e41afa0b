import type { Logger } from "@sluice/core";
import { exitCode } from "../cli/exit-code.js";

const signals = ["SIGTERM", "SIGINT"] as const;

/**
 * Aborted by the first SIGTERM or SIGINT; a second one ends the process at once. As the first process of a container one has to
 * listen, or signals do nothing.
 */
export function listenForStop(logger: Logger): AbortSignal {
  const stopping = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) {
      logger.warn(
        { signal },
        "told to stop again: ends at once; what runs is taken back when its leases run out",
      );
      process.exit(exitCode.failed);
    }
    stopping.abort();
    logger.info({ signal }, "told to stop");
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stopping.signal;
}
