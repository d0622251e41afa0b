import { Command } from "commander";
import { benchCommand } from "./bench/command.js";
import { chaosCommand } from "./chaos/command.js";
import { chaosProviderCommand } from "./chaos/provider/provider-command.js";
import { embeddedCommand } from "./embedded/command.js";
import { exploreCommand } from "./explore/command.js";
import { quotaCommand } from "./quota/command.js";
import { replayCommand } from "./replay/command.js";
import { simulationCommand } from "./simulation/command.js";
import { sizesCommand } from "./sizes/command.js";

await new Command("lab")
  .description("Experiments on Sluice: what its rules do in small worlds, large fleets and bad weather.")
  .addCommand(benchCommand())
  .addCommand(chaosCommand())
  .addCommand(chaosProviderCommand(), { hidden: true })
  .addCommand(embeddedCommand())
  .addCommand(exploreCommand())
  .addCommand(quotaCommand())
  .addCommand(replayCommand())
  .addCommand(simulationCommand())
  .addCommand(sizesCommand())
  .parseAsync();
