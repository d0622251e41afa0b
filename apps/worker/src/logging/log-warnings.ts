import { describeFailure, type Logger } from "@sluice/core";
import type { StoreWarning } from "@sluice/store-drizzle";

/** What the store has to say to an operator, as lines of the log. That all is well again is no warning. */
export function logWarnings(logger: Logger): (warning: StoreWarning) => void {
  return ({ code, message, cause }) => {
    const facts = { code, ...(cause !== undefined && { failure: describeFailure(cause) }) };
    if (code === "listener-returned") logger.info(facts, message);
    else logger.warn(facts, message);
  };
}
