import { cp } from "node:fs/promises";
import { defineConfig } from "tsup";

// Drizzle is hundreds of files, and Node reads its large package.json again for each of them: two seconds and a hundred
// megabytes at every start. Bundled it is one file; the store comes along, because two copies of Drizzle do not know each other.
export default defineConfig({
  entry: { main: "src/main.ts" },
  format: "esm",
  target: "node22",
  sourcemap: true,
  clean: true,
  noExternal: [/^drizzle-orm/, /^@sluice\/store-drizzle/],
  // Where the store looks for them: beside the folder of its code.
  onSuccess: async () => {
    const store = new URL("../../packages/store-drizzle/", import.meta.url);
    await cp(new URL("migrations/", store), new URL("migrations/", import.meta.url), { recursive: true });
  },
});
