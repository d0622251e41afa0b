import { Command } from "commander";
import { addCancelCommand } from "./commands/cancel.js";
import { addConfigCommand } from "./commands/config.js";
import { addDemoCommand } from "./commands/demo.js";
import { addDoctorCommand } from "./commands/doctor.js";
import { addEnqueueCommand } from "./commands/enqueue.js";
import { addGatesCommand } from "./commands/gates.js";
import { addIngestCommand } from "./commands/ingest.js";
import { addJobCommand } from "./commands/job.js";
import { addJobsCommand } from "./commands/jobs.js";
import { addMigrateCommand } from "./commands/migrate.js";
import { addPauseCommand } from "./commands/pause.js";
import { addPruneCommand } from "./commands/prune.js";
import { addResumeCommand } from "./commands/resume.js";
import { addRetryCommand } from "./commands/retry.js";
import { addStatusCommand } from "./commands/status.js";
import { addWorkerCommand } from "./commands/worker.js";
import type { CommandContext } from "./context.js";

export function createProgram(context: CommandContext): Command {
  const program = new Command("sluice")
    .description("Background jobs for AI work, on Postgres, inside your provider's quota")
    .version("0.1.0")
    .exitOverride()
    .showHelpAfterError("(see --help)")
    // In JSON, whoever catches the error tells it.
    .configureOutput(context.terminal.isJson ? { writeErr: () => undefined } : {})
    .addHelpText("after", `\n${exitStatuses}`);

  program.commandsGroup("Run:");
  addDemoCommand(program, context);
  addWorkerCommand(program, context);

  program.commandsGroup("Put work in:");
  addIngestCommand(program, context);
  addEnqueueCommand(program, context);

  program.commandsGroup("Look:");
  addStatusCommand(program, context);
  addJobsCommand(program, context);
  addJobCommand(program, context);
  addGatesCommand(program, context);

  program.commandsGroup("Intervene:");
  addRetryCommand(program, context);
  addCancelCommand(program, context);
  addPauseCommand(program, context);
  addResumeCommand(program, context);
  addPruneCommand(program, context);

  program.commandsGroup("Set up:");
  addConfigCommand(program, context);
  addMigrateCommand(program, context);
  addDoctorCommand(program, context);
  return program;
}

const exitStatuses = `Every command exits with 0 when it did what was asked, 1 when that failed, 2 when it was called in a wrong way.
With --json, an answer is on standard output, with what went wrong with parts of it. Where there is none, the reason is one line on
standard error: {"error":{"code","field","message"}}.
Settings come from the environment and from .env; \`sluice config\` lists them.`;
