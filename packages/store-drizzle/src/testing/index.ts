export { createTestStore, type TestStore, type TestStoreOptions } from "./create-test-store.js";
export { type FrozenClock, freezeClock } from "./freeze-clock.js";
