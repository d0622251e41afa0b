import type { Logger } from "@sluice/core";

const nothing = () => undefined;

/** Says nothing: the default of a library. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};
