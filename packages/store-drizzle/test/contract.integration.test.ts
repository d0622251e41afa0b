import { describeStoreContract } from "@sluice/testkit/contract";
import { databasesAndDrivers } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

for (const [name, open] of databasesAndDrivers)
  describeStoreContract({
    name,
    supports: { parallelConnections: name !== "PGlite", notifications: true },
    createStore: createStoreUnderTest(open),
  });
