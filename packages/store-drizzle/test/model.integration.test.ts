import { describeStoreModel } from "@sluice/testkit/contract";
import { databases } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

// PGlite is the slower one; what it runs is the same SQL.
for (const [name, open] of databases)
  describeStoreModel({
    name,
    createStore: createStoreUnderTest(open),
    scripts: name === "PGlite" ? 8 : 25,
    timeoutMs: 300_000,
  });
