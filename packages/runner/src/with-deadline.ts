import type { Clock } from "@sluice/core";

/** A call was not answered in time. It may still take effect. */
class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly code = "no_answer";
  readonly limitMs: number;

  constructor(what: string, limitMs: number) {
    super(
      `${what} was not answered within ${limitMs} ms: the connection may be half open, or the database overloaded`,
    );
    this.limitMs = limitMs;
  }
}

/**
 * The answer, or a NoAnswerError when it does not come in time: a connection that is half open never answers. What comes
 * later is for `onLate`.
 */
export function withDeadline<Value>(
  clock: Clock,
  { what, limitMs, onLate }: { what: string; limitMs: number; onLate?: ((value: Value) => void) | undefined },
  ask: () => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const asked = ask();
    let isLate = false;
    const cancel = clock.schedule(limitMs, () => {
      isLate = true;
      reject(new NoAnswerError(what, limitMs));
    });
    asked.then(
      (value) => {
        cancel();
        if (isLate) onLate?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
