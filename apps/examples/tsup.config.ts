import { defineConfig } from "tsup";

export default defineConfig({
  entry: [
    "src/hono-api/main.ts",
    "src/own-task/main.ts",
    "src/two-workers/enqueue.ts",
    "src/two-workers/worker.ts",
    "src/own-targets/main.ts",
  ],
  outDir: "dist",
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
