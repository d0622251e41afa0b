import { describeStoreContract } from "@sluice/testkit/contract";
import { databases } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

for (const [name, open] of databases)
  describeStoreContract({
    name,
    supports: { parallelConnections: name !== "PGlite", notifications: true },
    createStore: createStoreUnderTest(open),
  });
