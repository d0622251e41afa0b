import { defineConfig } from "vitest/config";

/** Used by Stryker only (stryker.config.json), in its copy of this package. */
export default defineConfig({
  test: { setupFiles: ["test/mutation-setup.ts"], testTimeout: 60_000 },
});
