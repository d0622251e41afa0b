import { createHash } from "node:crypto";

/** What a provider has seen of one question. */
export interface BookEntry {
  /** Calls that arrived, however they ended. */
  readonly calls: number;
  /** Good answers: each of them is on the bill, whether or not the caller lived to read it. */
  readonly answered: number;
  /** Answers that were nonsense. */
  readonly garbled: number;
}

/** Every call that a provider got, by what was asked: the other side's record, which no worker can have polished. */
export interface ProviderBook {
  noteCall(question: string): void;
  noteAnswer(question: string): void;
  noteGarbage(question: string): void;
  entries(): readonly BookEntry[];
}

export function createProviderBook(): ProviderBook {
  const seen = new Map<string, { calls: number; answered: number; garbled: number }>();

  function entryOf(question: string): { calls: number; answered: number; garbled: number } {
    const key = createHash("sha256").update(question).digest("base64");
    const entry = seen.get(key) ?? { calls: 0, answered: 0, garbled: 0 };
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
    noteGarbage(question) {
      entryOf(question).garbled += 1;
    },
    entries: () => [...seen.values()],
  };
}
