import { describeStoreContract } from "../contract/describe-store-contract.js";
import { openMemoryStore } from "../contract/memory-store-under-test.js";

describeStoreContract({
  name: "the memory store",
  supports: { parallelConnections: true, notifications: true },
  createStore: openMemoryStore,
});
