/** What a command's exit tells a script. */
export const exitCode = { done: 0, failed: 1, wrongUse: 2 } as const;

/** A command was called in a way that cannot work; the message says how it can. Ends with exit status 2. */
export class WrongUseError extends Error {
  override readonly name = "WrongUseError";
}

/** What was asked for could not be done; the message is all there is to say. Ends with exit status 1. */
export class FailedError extends Error {
  override readonly name = "FailedError";
}
