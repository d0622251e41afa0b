import type { Outlook } from "./look-ahead.js";

/** How long what is known is believed when nobody says that it has changed. */
const believedForMs = 5_000;

/**
 * Which task types have a gate that needs permits, as far as this process knows: so that a claim need not ask each time. To be
 * wrong costs time only, for the claim without permits leaves such types out by itself.
 */
export class PacedTypes {
  readonly #known = new Map<string, boolean>();
  #learntAtMs = Number.NEGATIVE_INFINITY;
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  has(taskType: string): boolean {
    return this.#known.get(taskType) ?? false;
  }

  unknownOf(taskTypes: readonly string[]): readonly string[] {
    if (this.#monotonicMs() - this.#learntAtMs > believedForMs) this.forget();
    return taskTypes.filter((taskType) => !this.#known.has(taskType));
  }

  /** Answers whether any of it is news. */
  learn(outlooks: readonly Pick<Outlook, "taskType" | "needsPermits">[]): boolean {
    if (this.#known.size === 0) this.#learntAtMs = this.#monotonicMs();
    const news = outlooks.filter(({ taskType, needsPermits }) => this.#known.get(taskType) !== needsPermits);
    for (const { taskType, needsPermits } of news) this.#known.set(taskType, needsPermits);
    return news.length > 0;
  }

  /** Some gate has changed. */
  forget(): void {
    this.#known.clear();
  }
}
