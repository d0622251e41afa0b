import { describeStoreContract } from "@sluice/testkit/contract";
import { inject } from "vitest";
import { databases, openNodePostgres } from "./databases.js";
import { createStoreUnderTest } from "./store-under-test.js";

const drivers = [
  ...databases,
  ["node-postgres", () => openNodePostgres({ template: inject("migratedDatabase") })],
] as const;

for (const [name, open] of drivers)
  describeStoreContract({
    name,
    supports: { parallelConnections: name !== "PGlite", notifications: true },
    createStore: createStoreUnderTest(open),
  });
