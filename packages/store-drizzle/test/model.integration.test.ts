import { describeStoreModel } from "@sluice/testkit/contract";
import { databases } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

// PGlite takes half a second for a database of its own, and each script wants one; what it runs is the same SQL.
for (const [name, open] of databases)
  describeStoreModel({
    name,
    createStore: createStoreUnderTest(open),
    scripts: name === "PGlite" ? 12 : 60,
    timeoutMs: 300_000,
  });
