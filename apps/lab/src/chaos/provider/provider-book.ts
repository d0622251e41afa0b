import { createHash } from "node:crypto";

/** What a provider has seen of one question. */
export interface BookEntry {
  /** Calls that arrived, however they ended. */
  readonly calls: number;
  /** Good answers: each of them is on the bill. */
  readonly answered: number;
}

/** Every call that a provider got, by what was asked: the other side's record, which no worker can have polished. */
export interface ProviderBook {
  noteCall(question: string): void;
  noteAnswer(question: string): void;
  entries(): readonly BookEntry[];
}

export function createProviderBook(): ProviderBook {
  const seen = new Map<string, { calls: number; answered: number }>();

  function entryOf(question: string): { calls: number; answered: number } {
    const key = createHash("sha256").update(question).digest("base64");
    const entry = seen.get(key) ?? { calls: 0, answered: 0 };
    seen.set(key, entry);
    return entry;
  }

  return {
    noteCall(question) {
      entryOf(question).calls += 1;
    },
    noteAnswer(question) {
      entryOf(question).answered += 1;
    },
    entries: () => [...seen.values()],
  };
}
