import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests read the sources of the other packages, never a stale build of them.
const source = { conditions: ["@sluice/source", "module", "node", "development|production"] };

// They share one PostgreSQL per run, which the first of them that has tests to run starts.
const withPostgres = [
  "packages/store-drizzle",
  "packages/testkit",
  "apps/worker",
  "apps/lab",
  "apps/examples",
];

const packages = ["packages/core", "packages/runner", "packages/handlers-ai", ...withPostgres].map(
  (root) => ({
    extends: true as const,
    resolve: source,
    ssr: { resolve: source },
    test: {
      name: root.split("/")[1] ?? root,
      root,
      globalSetup: [
        ...(withPostgres.includes(root)
          ? [`${import.meta.dirname}/packages/testkit/src/postgres/vitest/global-setup.ts`]
          : []),
        ...(root === "packages/store-drizzle"
          ? [`${import.meta.dirname}/packages/store-drizzle/test/migrated-database.ts`]
          : []),
      ],
    },
  }),
);

const repository = { extends: true as const, test: { name: "repository", root: "test" } };

// For .ci/run, which counts.
const report = process.env["TEST_REPORT"];

export default defineConfig({
  test: {
    reporters: ["default", ...(report ? [["json", { outputFile: report }] satisfies [string, object]] : [])],
    // Half as many again as there are cores: tests wait for databases, processes and clocks a good part of their time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Generous: a timeout is no measurement, and the machine may be busy.
    testTimeout: 60_000,
    // Files share a process, which saves a minute of loading the same modules: what a test changes it puts back.
    isolate: false,
    setupFiles: [`${import.meta.dirname}/test/fix-laws.ts`],
    hookTimeout: 120_000,
    projects: [...packages, repository],
  },
});
