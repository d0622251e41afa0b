import type { Logger } from "@sluice/core";

/**
 * The logger of something that ends: what it says once it `isOver` is for `debug`. Calls to the database that nobody waits for any more
 * fail when the pool is closed, and that is no trouble.
 */
export function quietOnceOver(logger: Logger, isOver: () => boolean): Logger {
  const at = (level: "info" | "warn" | "error") => (fields: object, message?: string) =>
    logger[isOver() ? "debug" : level](fields, message);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => quietOnceOver(logger.child(fields), isOver),
  };
}
