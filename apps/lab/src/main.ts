import { Command } from "commander";

// Only the command that is asked for is loaded: all of them together take a second, with every queue, driver and SDK there is.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  bench: async () => (await import("./bench/command.js")).benchCommand(),
  chaos: async () => (await import("./chaos/command.js")).chaosCommand(),
  "chaos-provider": async () => (await import("./chaos/provider/provider-command.js")).chaosProviderCommand(),
  embedded: async () => (await import("./embedded/command.js")).embeddedCommand(),
  explore: async () => (await import("./explore/command.js")).exploreCommand(),
  quota: async () => (await import("./quota/command.js")).quotaCommand(),
  replay: async () => (await import("./replay/command.js")).replayCommand(),
  sim: async () => (await import("./simulation/command.js")).simulationCommand(),
  sizes: async () => (await import("./sizes/command.js")).sizesCommand(),
};

const asked = commands[process.argv[2] ?? ""];
const loaded = await Promise.all(
  (asked === undefined ? Object.values(commands) : [asked]).map((load) => load()),
);

const program = new Command("lab").description(
  "Experiments on Sluice: what its rules do in small worlds, large fleets and bad weather.",
);
for (const command of loaded) program.addCommand(command, { hidden: command.name() === "chaos-provider" });
await program.parseAsync();
