import { defineConfig } from "vitest/config";

// Tests read the sources of the other packages, never a stale build of them.
const source = { conditions: ["@sluice/source", "module", "node", "development|production"] };

// One PostgreSQL for the whole run, started by the first of these projects that has tests to run.
const withPostgres = ["packages/store-drizzle", "packages/testkit", "apps/worker", "apps/lab"];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: ["packages/core", "packages/runner", "packages/handlers-ai", ...withPostgres].map((root) => ({
      extends: true,
      resolve: source,
      ssr: { resolve: source },
      test: {
        name: root.split("/")[1] ?? root,
        root,
        globalSetup: withPostgres.includes(root)
          ? [`${import.meta.dirname}/packages/testkit/src/postgres/vitest/global-setup.ts`]
          : [],
      },
    })),
  },
});
