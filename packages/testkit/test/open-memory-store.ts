import type { StoreUnderTest } from "../src/contract/store-under-test.js";
import { createMemoryStore } from "../src/memory-store/memory-store.js";

/** The memory store, with the app's table of notes beside it. */
export async function openMemoryStore(): Promise<StoreUnderTest<string[]>> {
  const committed: string[] = [];
  const store = createMemoryStore({
    transaction: (): string[] => [],
    onCommit: (notes) => committed.push(...notes),
  });
  return {
    store,
    advance: store.advance,
    transaction: store.transaction,
    notes: { add: (tx, note) => void tx.push(note), list: async () => committed },
    close: store.close,
  };
}
