import { openMemoryStore } from "../../test/open-memory-store.js";
import { describeStoreContract } from "../contract/describe-store-contract.js";

describeStoreContract({ name: "the memory store", createStore: openMemoryStore });
