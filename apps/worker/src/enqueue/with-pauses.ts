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
  let due: Timer | null = null;
  const stopped = new Promise<"stopped">((resolve) => {
    if (signal?.aborted === true) resolve("stopped");
    signal?.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  let next = lines.next();
  // Nobody waits for it any more once the stream is ended.
  next.catch(() => undefined);
  try {
    for (;;) {
      const came = await Promise.race([stopped, ...(due === null ? [] : [due.over]), next]);
      if (came === "stopped") return;
      if (came === "pause") {
        due = null;
        yield "pause";
        continue;
      }
      if (came.done === true) return;
      due ??= startTimer(afterMs);
      yield came.value;
      next = lines.next();
      next.catch(() => undefined);
    }
  } finally {
    due?.stop();
  }
}

interface Timer {
  readonly over: Promise<"pause">;
  stop(): void;
}

function startTimer(ms: number): Timer {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"pause">((resolve) => {
    timer = setTimeout(resolve, ms, "pause");
  });
  return { over, stop: () => clearTimeout(timer) };
}
