export { checkHistory } from "./history/check-history.js";
export { delegateStore } from "./history/delegate-store.js";
export * from "./history/history.js";
export { readFinalState } from "./history/read-final-state.js";
export { type Recorder, recordHistory } from "./history/record-history.js";
export type { Invariant, Violation } from "./history/violation.js";
export {
  createMemoryStore,
  type MemoryStore,
  type MemoryStoreOptions,
} from "./memory-store/memory-store.js";
