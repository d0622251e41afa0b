import { resolve, sep } from "node:path";
import { performance } from "node:perf_hooks";
import { isTerminalStatus, type JobCount, type Logger } from "@sluice/core";
import { showProgress } from "../cli/progress.js";
import type { Terminal } from "../cli/terminal.js";
import { type App, composeApp } from "../compose.js";
import type { Config } from "../config/config.js";
import { migrateAll } from "../database/migrations.js";
import { openFolder } from "../database/open-database.js";
import { demoFolder } from "../database/sluice-folder.js";
import { withOpen } from "../database/with-open.js";
import { exampleConversationsFolder } from "../ingest/example-conversations.js";
import type { IngestEvent } from "../ingest/ingest-event.js";
import { readProject } from "../ingest/read-project.js";
import { type IngestReport, ingestTargets } from "../ingest-targets.js";
import { type LocalProvider, startLocalProvider } from "../local-provider/start-local-provider.js";
import { logWarnings } from "../logging/log-warnings.js";
import { collectResult, type DemoResult } from "./find-results.js";
import { waitForAllJobs } from "./wait-for-all-jobs.js";
import { watchGates } from "./watch-gates.js";

export interface DemoOptions {
  readonly json?: boolean;
  readonly rateLimit?: number;
}

const demoConcurrency = 8;

export interface DemoContext {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly options: DemoOptions;
  readonly logger: Logger;
}

/** Reads a project and the examples into a fresh database of the demo's own, and works everything off. */
export async function runDemo(path: string, context: DemoContext): Promise<DemoResult> {
  await readProject(path).next(); // a path that cannot be read is told before the last run's database is gone
  const database = await openFolder(demoFolder(), { startOver: true });
  return await withOpen(database, async () => {
    await database.withoutLimits(migrateAll);
    const app = composeApp(context.config, database, logWarnings(context.logger));
    const requestsPerMinute = context.options.rateLimit ?? null;
    const provider = requestsPerMinute === null ? null : await startLocalProvider({ requestsPerMinute });
    try {
      return await readAndRun(path, app, provider, context);
    } finally {
      await provider?.close();
      await app.close();
    }
  });
}

async function readAndRun(
  path: string,
  app: App,
  provider: LocalProvider | null,
  { config, terminal, logger }: DemoContext,
): Promise<DemoResult> {
  const startedAt = performance.now();
  const reports = await readEverything(path, app, terminal);
  const total = reports.reduce((sum, { jobs }) => sum + jobs, 0);

  const concurrency = Math.max(config.concurrency, demoConcurrency);
  const model = provider?.model ?? "embedded:extractive";
  const worker = await app.createWorker({ model, logger, concurrency, batchSize: concurrency });
  const progress = showProgress(terminal, "jobs");
  if (provider !== null) watchGates(worker, progress, terminal);
  let counts: readonly JobCount[];
  try {
    await worker.start();
    counts = await waitForAllJobs(app.store, (now) => {
      const ended = now.filter(({ status }) => isTerminalStatus(status));
      progress.update(
        ended.reduce((sum, { count }) => sum + count, 0),
        total,
      );
    });
  } finally {
    progress.end();
  }
  await worker.stop({ graceMs: 5_000 });
  return collectResult(counts, await app.targets.list({ limit: 1_000_000 }), {
    durationMs: performance.now() - startedAt,
    problems: reports.flatMap((report) => report.problems),
  });
}

/** The project, and the example conversations that come with Sluice. */
async function readEverything(
  path: string,
  app: Parameters<typeof ingestTargets>[1],
  terminal: Terminal,
): Promise<readonly IngestReport[]> {
  const progress = showProgress(terminal, "files");
  const { db, targets, jobs } = app;
  const onEvent = (event: IngestEvent) => {
    if (event.kind === "progress") progress.update(event.filesSeen, event.filesTotal);
  };
  const project = await ingestTargets(resolve(path), { db, targets, jobs, onEvent }).finally(progress.end);
  // Whoever reads Sluice itself has read its examples.
  const folder = exampleConversationsFolder();
  if (folder.startsWith(`${resolve(path)}${sep}`)) return [project];
  const examples = await ingestTargets(folder, {
    db,
    targets,
    jobs,
    idPrefix: "examples/",
  });
  const { code_entity, project_document, conversation } = project.targets;
  terminal.note(
    `found ${code_entity} code entities, ${project_document} documents and ${conversation} conversations, and ${examples.targets.conversation} examples`,
  );
  return [project, examples];
}
