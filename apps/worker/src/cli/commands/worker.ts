import type { Command } from "commander";
import type { Config } from "../../config/config.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { FailedError, WrongUseError } from "../exit-code.js";

interface WorkerFlags {
  readonly embedded?: boolean;
  readonly untilIdle?: boolean;
}

export function addWorkerCommand(
  program: Command,
  { readCheckedConfig, createLogger }: CommandContext,
): void {
  program
    .command("worker")
    .description("run jobs until told to stop (SIGTERM or SIGINT)")
    .option("--embedded", "use the embedded database and the embedded model where none is configured")
    .option("--until-idle", "end when nothing is left to do")
    .addHelpText("after", `\n${details}\n${examples(...exampleLines)}`)
    .action(async (flags: WorkerFlags) => {
      const config = await readCheckedConfig();
      const model = chooseModel(config, flags);
      const { runService } = await import("../../service/run-service.js");
      const logger = await createLogger(config, "info");
      const leftovers = await runService({ config, model, logger, untilIdle: flags.untilIdle === true });
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

/** Throws when nobody said which database or model. */
function chooseModel({ databaseUrl, model }: Config, { embedded }: WorkerFlags): string {
  const missing = [databaseUrl === null && "DATABASE_URL", model === null && "AI_MODEL"].filter(Boolean);
  if (missing.length > 0 && embedded !== true)
    throw new WrongUseError(
      `set ${missing.join(" and ")}, or say --embedded to run on the embedded database and model`,
    );
  return model ?? "embedded:extractive";
}
