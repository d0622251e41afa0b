import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    main: "src/main.ts",
    // Processes that the benchmarks start.
    "bench-contender": "src/bench/processes/contender-process.ts",
    "bench-provider": "src/bench/processes/provider-process.ts",
    "bench-caller": "src/bench/processes/caller-process.ts",
  },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
});
