import { describeFailure, type Logger, redact } from "@sluice/core";
import { exitCode } from "../cli/exit-code.js";

/** Long enough to give jobs back, short enough for whoever restarts us. */
const releaseWithinMs = 5_000;

/**
 * An exception that nobody caught leaves the process in a state that nobody knows: `release` gives the jobs back, it is logged, and
 * the process ends with 1. A second one, or a release that hangs, ends it at once.
 */
export function endOnCrash(logger: Logger, release: () => Promise<void>): void {
  let isCrashing = false;
  // It may be the log that crashed.
  const say = (fields: object, message: string) => {
    try {
      logger.error(fields, message);
    } catch {
      // There is nobody left to tell.
    }
  };
  const onCrash = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    const isFirst = !isCrashing;
    isCrashing = true;
    if (isFirst) {
      setTimeout(() => process.exit(exitCode.failed), releaseWithinMs);
      void release()
        .catch((failure: unknown) =>
          say({ failure: describeFailure(failure) }, "jobs could not be given back"),
        )
        .finally(() => process.exit(exitCode.failed));
    }
    const stack = error instanceof Error ? redact(error.stack ?? "") : null;
    say({ origin, failure: describeFailure(error), stack }, "crashed: jobs are given back");
    if (!isFirst) process.exit(exitCode.failed);
  };
  // A rejection that nobody handles comes here, too.
  process.on("uncaughtException", onCrash);
}
