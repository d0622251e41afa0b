import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "embedded-worker": "src/embedded/embedded-worker.ts" },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
