import type { Line } from "./read-lines.js";

export interface PauseOptions {
  /** Ends the stream where it is; what it has given stays given. */
  readonly signal?: AbortSignal | undefined;
  /** From the first line since the last pause to the next pause. */
  readonly afterMs: number;
}

/**
 * The lines as they come, and between them a `pause` now and then, at the latest when none has come for `afterMs`: whoever holds lines
 * back until there are enough of them should not hold them any longer.
 */
export async function* withPauses(
  lines: AsyncIterator<Line>,
  { signal, afterMs }: PauseOptions,
): AsyncGenerator<Line | "pause"> {
  let timer: NodeJS.Timeout | undefined;
  let isPauseDue = false;
  let interrupt = (): void => undefined;
  const onAbort = (): void => interrupt();
  signal?.addEventListener("abort", onAbort);
  let next = ask(lines);
  try {
    for (;;) {
      // Not a race with promises that last as long as the stream does: those would remember every line.
      const came = await new Promise<IteratorResult<Line> | null>((resolve, reject) => {
        interrupt = () => resolve(null);
        if (isPauseDue || signal?.aborted === true) interrupt();
        next.then(resolve, reject);
      });
      if (signal?.aborted === true) return;
      if (came === null) {
        isPauseDue = false;
        timer = undefined;
        yield "pause";
        continue;
      }
      if (came.done === true) return;
      timer ??= setTimeout(() => {
        isPauseDue = true;
        interrupt();
      }, afterMs);
      yield came.value;
      next = ask(lines);
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function ask(lines: AsyncIterator<Line>): Promise<IteratorResult<Line>> {
  const next = lines.next();
  // Nobody waits for it any more once the stream is ended.
  next.catch(() => undefined);
  return next;
}
