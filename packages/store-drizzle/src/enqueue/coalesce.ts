/** A call that waits for its turn. */
interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface CoalesceOptions<Item, Answer> {
  /** Does all items together, and answers in their order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Whether the error says that one of the items is at fault, so that each is to be tried alone. */
  readonly isFaultOfOne: (error: unknown) => boolean;
  readonly maxItems: number;
  /** Batches on their way at the same time. */
  readonly maxInFlight: number;
}

export interface Coalescer<Item, Answer> {
  readonly add: (item: Item) => Promise<Answer>;
  /** Resolves when nothing is on its way any more. */
  readonly idle: () => Promise<void>;
}

/**
 * Turns calls that are in flight together into few statements: what is asked for within one turn of the event loop, and
 * while all statements allowed are on their way, goes together. A call alone waits for nothing.
 */
export function coalesce<Item, Answer>(options: CoalesceOptions<Item, Answer>): Coalescer<Item, Answer> {
  const { run, isFaultOfOne, maxItems, maxInFlight } = options;
  const waiting: Waiting<Item, Answer>[] = [];
  const inFlight = new Set<Promise<void>>();
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || inFlight.size >= maxInFlight) return;
    isScheduled = true;
    process.nextTick(() => {
      isScheduled = false;
      const batch = waiting.splice(0, maxItems);
      const sent: Promise<void> = send(batch).finally(() => {
        inFlight.delete(sent);
        schedule();
      });
      inFlight.add(sent);
      schedule();
    });
  }

  async function send(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new Error("a batch was answered with too few answers"));
        else resolve(answer);
      }
    } catch (error) {
      if (batch.length > 1 && isFaultOfOne(error)) for (const one of batch) await send([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      }),
    idle: async () => {
      while (waiting.length > 0 || inFlight.size > 0)
        await (inFlight.size > 0
          ? Promise.all(inFlight)
          : new Promise<void>((resolve) => process.nextTick(resolve)));
    },
  };
}
