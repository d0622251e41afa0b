import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "contract/index": "src/contract/index.ts",
    "provider/index": "src/provider/index.ts",
    "postgres/index": "src/postgres/index.ts",
    "postgres/vitest/index": "src/postgres/vitest/index.ts",
  },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
