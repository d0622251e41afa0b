import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    // For those who only enqueue: without the AI SDK and its providers, which take most of a second to load.
    "tasks/index": "src/tasks/index.ts",
    "embedded-worker": "src/embedded/embedded-worker.ts",
  },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
