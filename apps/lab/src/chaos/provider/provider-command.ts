import { createSeededRandom } from "@sluice/runner/testing";
import { Command } from "commander";
import { serveProvider } from "./serve-provider.js";

/** What `chaos` starts as a process of its own. Says its address, and ends when whoever reads that is gone. */
export function chaosProviderCommand(): Command {
  return new Command("chaos-provider")
    .requiredOption("--seed <seed>", "of its whims", Number)
    .action(async ({ seed }: { readonly seed: number }) => {
      const { port } = await serveProvider(createSeededRandom(seed));
      console.log(`http://127.0.0.1:${port}`);
      const parent = process.ppid;
      setInterval(() => {
        if (process.ppid !== parent) process.exit();
      }, 1_000).unref();
    });
}
