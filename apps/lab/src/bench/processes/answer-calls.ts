/** Methods of one process that another one calls; arguments and answers are JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each method has arguments of its own (variance); `callOver` checks them
export type Desk = Readonly<Record<string, (...args: any[]) => unknown>>;

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Does what the parent process asks for, until it hangs up. */
export function answerCalls(desk: Desk): void {
  process.on("message", (call: Call) => {
    void answer(desk, call).then((message) => process.send?.(message));
  });
  // Whoever started us is gone, or has had enough: nothing here is worth keeping.
  process.on("disconnect", () => process.exit());
}

async function answer(desk: Desk, { id, method, args }: Call): Promise<Answer> {
  try {
    return { id, value: await desk[method]?.(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
