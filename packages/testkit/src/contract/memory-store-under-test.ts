import { createMemoryStore } from "../memory-store/memory-store.js";
import type { StoreUnderTest } from "./store-under-test.js";

/** The memory store with the app's table of notes. `clock`: as of the memory store. */
export async function openMemoryStore(
  options: { readonly clock?: () => number } = {},
): Promise<StoreUnderTest<string[]>> {
  const committed: string[] = [];
  const store = createMemoryStore({
    ...options,
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
