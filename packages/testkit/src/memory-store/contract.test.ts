import { openMemoryStore } from "../../test/open-memory-store.js";
import { describeStoreContract } from "../contract/describe-store-contract.js";

describeStoreContract({
  name: "the memory store",
  supports: { parallelConnections: true, notifications: true },
  createStore: openMemoryStore,
});
