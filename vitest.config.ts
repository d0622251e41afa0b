import { defineConfig } from "vitest/config";

// Tests read the sources of the other packages, never a stale build of them.
const source = { conditions: ["@sluice/source", "module", "node", "development|production"] };

export default defineConfig({
  test: {
    projects: [
      "packages/core",
      "packages/runner",
      "packages/store-drizzle",
      "packages/handlers-ai",
      "packages/testkit",
      "apps/worker",
      "apps/lab",
    ].map((root) => ({
      extends: true,
      resolve: source,
      ssr: { resolve: source },
      test: { name: root.split("/")[1] ?? root, root },
    })),
  },
});
