import { resolveModel } from "@sluice/handlers-ai";
import type { Command } from "commander";
import { composeApp } from "../../compose.js";
import { openConfiguredDatabase, openFolder } from "../../database/open-database.js";
import { sluiceFolder } from "../../database/sluice-folder.js";
import { createMetrics } from "../../http/metrics/create-metrics.js";
import { startHttp } from "../../http/start-http.js";
import { waitUntilIdle } from "../../wait-until-idle.js";
import type { CommandContext } from "../context.js";
import { WrongUseError } from "../exit-code.js";

export function addWorkerCommand(program: Command, { readConfig, createLogger }: CommandContext): void {
  program
    .command("worker")
    .description("run jobs until told to stop (SIGTERM or SIGINT)")
    .option("--embedded", "use the embedded database and the embedded model where none is configured")
    .option("--until-idle", "end when nothing waits or runs any more")
    .addHelpText(
      "after",
      "\nExamples:\n  DATABASE_URL=postgres://… AI_MODEL=openai:gpt-5-mini sluice worker\n  sluice worker --embedded --until-idle",
    )
    .action(async (options: { embedded?: boolean; untilIdle?: boolean }) => {
      const config = readConfig();
      const logger = createLogger(config, "info");
      const missing = [
        config.databaseUrl === null && "DATABASE_URL",
        config.model === null && "AI_MODEL",
      ].filter(Boolean);
      if (missing.length > 0 && options.embedded !== true)
        throw new WrongUseError(`set ${missing.join(" and ")}, or say --embedded to run without`);

      const model = config.model ?? "embedded:extractive";
      resolveModel(model, config.env); // a model that cannot be used is told before anything is opened
      const database =
        config.databaseUrl === null ? await openFolder(sluiceFolder()) : await openConfiguredDatabase(config);
      const app = await composeApp(config, database);
      try {
        const metrics = createMetrics();
        const worker = app.createWorker({ model, logger, recordCalls: metrics.recordCalls });
        metrics.recordWorker(worker);
        const stopping = new AbortController();
        const stop = () => stopping.abort();
        process.once("SIGTERM", stop);
        process.once("SIGINT", stop);
        const http = await startHttp({ app, worker, metrics, config: config.http, logger });
        await database.setNote(`its admin API is at ${http.url}`);
        await worker.start();
        logger.info({ database: database.description, concurrency: config.concurrency }, "worker started");
        if (options.untilIdle === true)
          await waitUntilIdle(app.store, { signal: stopping.signal }).catch(ignoreStop(stopping.signal));
        else await untilAborted(stopping.signal);
        await worker.stop({ graceMs: config.shutdownGraceMs });
        await http.close();
      } finally {
        await app.close();
      }
    });
}

/** A signal that came while the worker was starting counts, too. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function ignoreStop(signal: AbortSignal) {
  return (error: unknown) => {
    if (!signal.aborted) throw error;
  };
}
