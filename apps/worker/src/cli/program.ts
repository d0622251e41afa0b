import { Command } from "commander";
import { addDemoCommand } from "./commands/demo.js";
import { addEnqueueCommand } from "./commands/enqueue.js";
import { addIngestCommand } from "./commands/ingest.js";
import { addJobCommand } from "./commands/job.js";
import { addJobsCommand } from "./commands/jobs.js";
import { addStatusCommand } from "./commands/status.js";
import { addWorkerCommand } from "./commands/worker.js";
import { type CommandContext, createContext } from "./context.js";
import { exitCode } from "./exit-code.js";

export function createProgram(context: CommandContext = createContext()): Command {
  const program = new Command("sluice")
    .description("Background jobs for AI work, on Postgres, inside your provider's quota")
    .version("0.1.0")
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? exitCode.done : exitCode.wrongUse);
    })
    .showHelpAfterError("(see --help)");
  addDemoCommand(program, context);
  addIngestCommand(program, context);
  addWorkerCommand(program, context);
  addEnqueueCommand(program, context);
  addStatusCommand(program, context);
  addJobsCommand(program, context);
  addJobCommand(program, context);
  return program;
}
