import { openMemoryStore } from "../contract/memory-store-under-test.js";
import { describeStoreModel } from "../contract/model/describe-store-model.js";

// Against itself: shows that the same script does the same again, and that every step can be taken.
describeStoreModel({ name: "another memory store", createStore: openMemoryStore });
