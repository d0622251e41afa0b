import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "ai/index": "src/ai/index.ts",
    "node-postgres/index": "src/node-postgres/index.ts",
    "targets/index": "src/targets/index.ts",
    "testing/index": "src/testing/index.ts",
  },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
