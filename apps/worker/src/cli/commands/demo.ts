import { resolve, sep } from "node:path";
import { performance } from "node:perf_hooks";
import { isTerminalStatus, type Logger } from "@sluice/core";
import type { Command } from "commander";
import { composeApp } from "../../compose.js";
import type { Config } from "../../config/config.js";
import { openFolder } from "../../database/open-database.js";
import { sluiceFolder } from "../../database/sluice-folder.js";
import { collectResult, type DemoResult } from "../../demo/find-results.js";
import { printNextCommands, printResult } from "../../demo/print-result.js";
import { watchGates } from "../../demo/watch-gates.js";
import { exampleConversationsFolder } from "../../ingest/example-conversations.js";
import { readProject } from "../../ingest/read-project.js";
import { type IngestReport, ingestTargets } from "../../ingest-targets.js";
import { startLocalProvider } from "../../local-provider/start-local-provider.js";
import { waitUntilIdle } from "../../wait-until-idle.js";
import type { CommandContext } from "../context.js";
import { exitCode, WrongUseError } from "../exit-code.js";
import { showProgress } from "../progress.js";
import type { Terminal } from "../terminal.js";

export interface DemoOptions {
  readonly json?: boolean;
  readonly rateLimit?: string;
}

const demoConcurrency = 8;

export function addDemoCommand(
  program: Command,
  { terminal, readConfig, createLogger }: CommandContext,
): void {
  program
    .command("demo")
    .description("read a project, queue a job for everything in it, work them off, show what was found")
    .argument("[path]", "a folder or file", ".")
    .option("--rate-limit <n>", "put a provider with a quota of <n> requests per minute in front")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice demo\n  sluice demo ../my-project --rate-limit 300\n  sluice demo --json | jq .jobs",
    )
    .action(async (path: string, options: DemoOptions) => {
      const config = readConfig();
      const isQuiet = options.json === true;
      const result = await runDemo(path, {
        config,
        terminal,
        options,
        logger: createLogger(config, "error"),
      });
      if (isQuiet) terminal.printJson(result);
      else {
        printResult(terminal, result);
        printNextCommands(terminal);
      }
      const isAllDone = Object.keys(result.jobs).every((status) => status === "completed");
      process.exitCode = isAllDone ? exitCode.done : exitCode.failed;
    });
}

interface DemoContext {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly options: DemoOptions;
  readonly logger: Logger;
}

async function runDemo(
  path: string,
  { config, terminal, options, logger }: DemoContext,
): Promise<DemoResult> {
  const requestsPerMinute = readRateLimit(options.rateLimit);
  const isQuiet = options.json === true;
  await readProject(path).next(); // a path that cannot be read is told before the last run's database is gone
  const app = await composeApp(config, await openFolder(sluiceFolder(), { startOver: true }));
  const provider = requestsPerMinute === null ? null : await startLocalProvider({ requestsPerMinute });
  try {
    const startedAt = performance.now();
    const reports = await readEverything(path, app, { terminal, isQuiet });
    const total = reports.reduce((sum, { jobs }) => sum + jobs, 0);

    const concurrency = Math.max(config.concurrency, demoConcurrency);
    const model = provider?.model ?? "embedded:extractive";
    const worker = app.createWorker({ model, logger, concurrency, batchSize: concurrency });
    const stopWatching = provider === null || isQuiet ? () => undefined : watchGates(worker, terminal);
    const progress = showProgress(terminal, "jobs", { isQuiet });
    await worker.start();
    const counts = await waitUntilIdle(app.store, {
      onLook: (now) => {
        const done = now
          .filter(({ status }) => isTerminalStatus(status))
          .reduce((sum, { count }) => sum + count, 0);
        progress.update(done, total);
      },
    });
    progress.end();
    stopWatching();
    await worker.stop({ graceMs: 5_000 });
    const problems = reports.flatMap((report) => report.problems);
    return collectResult(counts, await app.targets.list({ limit: 1_000_000 }), {
      durationMs: performance.now() - startedAt,
      problems,
    });
  } finally {
    await provider?.close();
    await app.close();
  }
}

/** The project, and the example conversations that come with Sluice. */
async function readEverything(
  path: string,
  app: Parameters<typeof ingestTargets>[1],
  { terminal, isQuiet }: { readonly terminal: Terminal; readonly isQuiet: boolean },
): Promise<readonly IngestReport[]> {
  const progress = showProgress(terminal, "files", { isQuiet });
  const { db, targets, jobs } = app;
  const project = await ingestTargets(resolve(path), {
    db,
    targets,
    jobs,
    onEvent: (event) => {
      if (event.kind === "progress") progress.update(event.filesSeen, event.filesTotal);
    },
  });
  progress.end();
  // Whoever reads Sluice itself has read its examples.
  const folder = exampleConversationsFolder();
  if (folder.startsWith(`${resolve(path)}${sep}`)) return [project];
  const examples = await ingestTargets(folder, {
    db,
    targets,
    jobs,
    idPrefix: "examples/",
  });
  if (!isQuiet) {
    const { code_entity, project_document, conversation } = project.targets;
    terminal.note(
      `found ${code_entity} code entities, ${project_document} documents and ${conversation} conversations, and ${examples.targets.conversation} examples`,
    );
  }
  return [project, examples];
}

function readRateLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000_000)
    throw new WrongUseError(
      `--rate-limit must be a whole number from 1 to 1,000,000, got ${JSON.stringify(text)}`,
    );
  return limit;
}
