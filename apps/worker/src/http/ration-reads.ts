/** The last answer to a costly question. */
export interface Reading<Value> {
  /** `null`: there is none, or none that is recent enough. */
  readonly value: Value | null;
  /** Why the last attempt failed; `null` when it did not. */
  readonly failure: unknown;
  /** The last attempt is not over yet. */
  readonly isLate: boolean;
}

export interface RationOptions {
  /** At least so long from one answer to the next question, and so many times as long as that one took. */
  readonly restMs: number;
  readonly restFactor: number;
  /** Nobody waits longer than this for an answer; the one before does, while it is younger than `usableMs`. */
  readonly patienceMs: number;
  readonly usableMs: number;
  /** A clock that only runs forward. */
  readonly nowMs?: () => number;
}

/** However often and by however many it is asked, `read` runs once at a time, and not soon again. */
export function rationReads<Value>(
  read: () => Promise<Value>,
  { restMs, restFactor, patienceMs, usableMs, nowMs = () => performance.now() }: RationOptions,
): () => Promise<Reading<Value>> {
  let last: { readonly value: Value; readonly atMs: number } | null = null;
  let failure: unknown = null;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let current: Promise<void> | null = null;

  async function readOnce(): Promise<void> {
    const startedMs = nowMs();
    try {
      last = { value: await read(), atMs: nowMs() };
      failure = null;
    } catch (error) {
      failure = error;
    }
    restUntilMs = nowMs() + Math.max(restMs, restFactor * (nowMs() - startedMs));
    current = null;
  }

  return async () => {
    if (current === null && nowMs() >= restUntilMs) current = readOnce();
    if (current !== null) await atMost(patienceMs, current);
    const isUsable = last !== null && nowMs() - last.atMs <= usableMs;
    return { value: isUsable && last !== null ? last.value : null, failure, isLate: current !== null };
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
