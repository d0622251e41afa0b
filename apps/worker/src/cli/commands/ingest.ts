import type { Command } from "commander";
import { IngestError } from "../../ingest/ingest-error.js";
import type { IngestEvent } from "../../ingest/ingest-event.js";
import type { IngestOptions, IngestReport } from "../../ingest-targets.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { exitCode } from "../exit-code.js";
import { showProgress } from "../progress.js";
import type { Terminal } from "../terminal.js";

/** What came of one path; one that cannot be read does not keep the others from being read. */
type PathReport = { readonly path: string } & (IngestReport | { readonly error: string });

export function addIngestCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("ingest")
    .description("read projects, and queue a job for everything in them that is new or changed")
    .argument("<paths...>", "folders or files")
    .option(
      "--prefix <text>",
      "put before the id of every target: two projects may each have a README.md",
      "",
    )
    .option("--json", "print what came of it as JSON")
    .addHelpText(
      "after",
      examples(
        "sluice ingest .",
        "sluice ingest ../service --prefix service/",
        "sluice ingest ../service docs/chat.json --json",
      ),
    )
    .action(async (paths: string[], { prefix, ...flags }: { prefix: string; json?: boolean }) => {
      const reports = await withApp((app) => ingestPaths(paths, { ...app, idPrefix: prefix }, terminal), {
        migrate: true,
      });
      if (flags.json === true) terminal.printJson(reports);
      else for (const report of reports) printReport(terminal, report);
      if (reports.some(isFailure)) process.exitCode = exitCode.failed;
    });
}

/** Nothing of the path could be taken in. */
function isFailure(report: PathReport): boolean {
  if ("error" in report) return true;
  const found = Object.values(report.targets).reduce((sum, count) => sum + count, 0);
  return report.refused === found;
}

async function ingestPaths(
  paths: readonly string[],
  options: IngestOptions,
  terminal: Terminal,
): Promise<readonly PathReport[]> {
  const { ingestTargets } = await import("../../ingest-targets.js");
  const reports: PathReport[] = [];
  for (const path of paths) {
    const progress = showProgress(terminal, path);
    const onEvent = (event: IngestEvent) => {
      if (event.kind === "progress") progress.update(event.filesSeen, event.filesTotal);
    };
    try {
      reports.push({ path, ...(await ingestTargets(path, { ...options, onEvent })) });
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      reports.push({ path, error: error.message });
    } finally {
      progress.end();
    }
  }
  return reports;
}

function printReport({ print, warn }: Terminal, report: PathReport): void {
  if ("error" in report) {
    warn(report.error);
    return;
  }
  const { code_entity, project_document, conversation } = report.targets;
  const found = `${code_entity} code entities, ${project_document} documents, ${conversation} conversations`;
  const { path, jobs, waiting, unchanged, vanished } = report;
  const queuedBefore = waiting === 0 ? "" : `, ${waiting} queued before`;
  print(`${path}: ${found}; ${jobs} queued${queuedBefore}, ${unchanged} unchanged, ${vanished} vanished`);
  for (const problem of report.problems) warn(problem);
}
