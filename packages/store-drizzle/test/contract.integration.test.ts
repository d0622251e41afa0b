import { describeStoreContract } from "@sluice/testkit/contract";
import { databases, migrated, openNodePostgres } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

const drivers = [...databases, ["node-postgres", () => migrated(openNodePostgres())]] as const;

for (const [name, open] of drivers)
  describeStoreContract({
    name,
    supports: { parallelConnections: name !== "PGlite", notifications: true },
    createStore: createStoreUnderTest(open),
  });
