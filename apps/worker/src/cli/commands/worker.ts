import { resolveModel } from "@sluice/handlers-ai";
import type { Command } from "commander";
import type { Config } from "../../config/config.js";
import { openConfiguredDatabase, openFolder } from "../../database/open-database.js";
import { sluiceFolder } from "../../database/sluice-folder.js";
import { runService } from "../../service/run-service.js";
import { type CommandContext, closing } from "../context.js";
import { examples } from "../examples.js";
import { FailedError, WrongUseError } from "../exit-code.js";

interface WorkerFlags {
  readonly embedded?: boolean;
  readonly untilIdle?: boolean;
}

export function addWorkerCommand(program: Command, { readConfig, createLogger }: CommandContext): void {
  program
    .command("worker")
    .description("run jobs until told to stop (SIGTERM or SIGINT)")
    .option("--embedded", "use the embedded database and the embedded model where none is configured")
    .option("--until-idle", "end when nothing is left to do")
    .addHelpText("after", `\n${details}\n${examples(...exampleLines)}`)
    .action(async (flags: WorkerFlags) => {
      const config = readConfig();
      const model = chooseModel(config, flags);
      const logger = createLogger(config, "info");
      const database =
        config.databaseUrl === null ? await openFolder(sluiceFolder()) : await openConfiguredDatabase(config);
      const untilIdle = flags.untilIdle === true;
      const leftovers = await closing(database, () =>
        runService({ config, database, model, logger, untilIdle }),
      );
      for (const { left, text } of leftovers) logger.warn({ left }, `left behind: ${text}`);
      if (leftovers.some(({ left }) => left === "stuck"))
        throw new FailedError("jobs wait for somebody to mend what keeps them; `sluice status` says what");
    });
}

const details = `The first signal to stop lets running jobs end within SHUTDOWN_GRACE_MS, then gives them back; a second one ends at once.
With --until-idle it ends when no job runs and none waits, but for those that an operator has paused, that were enqueued for
later, or that are of other tasks. It fails when jobs wait for somebody: a refused key, a spent credit or quota of the day.`;

const exampleLines = [
  "DATABASE_URL=postgres://… AI_MODEL=openai:gpt-5-mini OPENAI_API_KEY=… sluice worker",
  "sluice worker --embedded --until-idle",
];

/** Throws when nobody said which database or model, or when the model cannot be used: before anything is opened. */
function chooseModel({ databaseUrl, model, env }: Config, { embedded }: WorkerFlags): string {
  const missing = [databaseUrl === null && "DATABASE_URL", model === null && "AI_MODEL"].filter(Boolean);
  if (missing.length > 0 && embedded !== true)
    throw new WrongUseError(
      `set ${missing.join(" and ")}, or say --embedded to run on the embedded database and model`,
    );
  const chosen = model ?? "embedded:extractive";
  resolveModel(chosen, env);
  return chosen;
}
