import type { Logger } from "@sluice/core";
import { resolveModel } from "@sluice/handlers-ai";
import { builtInTasks } from "../built-in-tasks.js";
import { type App, composeApp } from "../compose.js";
import type { Config } from "../config/config.js";
import { migrateAll } from "../database/migrations.js";
import { type OpenDatabase, openConfiguredDatabase, openFolder } from "../database/open-database.js";
import { sluiceFolder } from "../database/sluice-folder.js";
import { withOpen } from "../database/with-open.js";
import { createMetrics } from "../http/metrics/create-metrics.js";
import { startHttp } from "../http/start-http.js";
import { logWarnings } from "../logging/log-warnings.js";
import { quietOnceOver } from "../logging/quiet-once-over.js";
import { endOnCrash } from "./end-on-crash.js";
import { listenForStop } from "./stop-signals.js";
import { type Leftover, waitUntilIdle } from "./wait-until-idle.js";

export interface ServiceOptions {
  readonly config: Config;
  readonly model: string;
  readonly logger: Logger;
  /** End when nothing is left to do, see `waitUntilIdle`. */
  readonly untilIdle: boolean;
}

/**
 * Runs jobs until told to stop, or until there are none left. Then what runs may end within the grace of the configuration. Answers
 * what was left behind because it could not be done now.
 */
export async function runService(options: ServiceOptions): Promise<readonly Leftover[]> {
  const { config, model, logger } = options;
  resolveModel(model, config.env); // one that cannot be used is told before anything is opened
  const stopping = listenForStop(logger);
  const database =
    config.databaseUrl === null ? await openFolder(sluiceFolder()) : await openConfiguredDatabase(config);
  return await withOpen(database, async () => {
    await database.withoutLimits(migrateAll);
    const app = composeApp(config, database, logWarnings(logger));
    try {
      return await work(app, database, stopping, options);
    } finally {
      await app.close();
    }
  });
}

async function work(
  app: App,
  database: OpenDatabase,
  stopping: AbortSignal,
  { config, model, logger, untilIdle }: ServiceOptions,
): Promise<readonly Leftover[]> {
  const taskTypes = [...builtInTasks.keys()];
  const metrics = createMetrics({ taskTypes, model });
  let isStopped = false;
  const worker = await app.createWorker({
    model,
    logger: quietOnceOver(logger, () => isStopped),
    recordCalls: metrics.recordCalls,
  });
  metrics.recordWorker(worker);
  endOnCrash(logger, () => worker.stop({ graceMs: 0 }));
  const http = await startHttp({ app, worker, metrics, config, logger });
  try {
    await database.setNote(`its admin API is at ${http.url}`);
    await worker.start();
    logger.info({ database: database.description, model, concurrency: config.concurrency }, "runs jobs");
    const leftovers = untilIdle
      ? await waitUntilIdle({ ...app, worker, taskTypes, signal: stopping })
      : await untilAborted(stopping);
    await worker.stop({ graceMs: config.shutdownGraceMs });
    return leftovers;
  } catch (error) {
    await worker.stop({ graceMs: 0 });
    throw error;
  } finally {
    isStopped = true;
    await http.close();
  }
}

/** A signal that came while the worker was starting counts, too. */
async function untilAborted(signal: AbortSignal): Promise<readonly []> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return [];
}
