/** While claims are filled nothing asks for a look at what is due; so often it is made all the same. */
const lookEveryMs = 1_000;

/**
 * Whether a claim owes a look at what comes next: one that brought jobs answers without it, so that they need not wait for it, and the
 * next one makes up for it. Else jobs that came due would wait as long as there are others that are ready.
 */
export class LookDebt {
  #dueAtMs = Number.POSITIVE_INFINITY;
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  get isDue(): boolean {
    return this.#monotonicMs() >= this.#dueAtMs;
  }

  /** A claim has brought jobs: all that were asked for, or fewer. */
  noteClaim({ isFilled }: { readonly isFilled: boolean }): void {
    const dueAtMs = this.#monotonicMs() + (isFilled ? lookEveryMs : 0);
    this.#dueAtMs = Math.min(this.#dueAtMs, dueAtMs);
  }

  notePaid(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }
}
