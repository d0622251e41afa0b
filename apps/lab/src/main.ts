import { Command } from "commander";
import { exploreCommand } from "./explore/command.js";
import { quotaCommand } from "./quota/command.js";
import { simulationCommand } from "./simulation/command.js";

await new Command("lab")
  .description("Experiments on Sluice: what its rules do in small worlds, large fleets and bad weather.")
  .addCommand(exploreCommand())
  .addCommand(quotaCommand())
  .addCommand(simulationCommand())
  .parseAsync();
