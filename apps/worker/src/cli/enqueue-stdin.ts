import { fstatSync } from "node:fs";
import { LinesInterruptedError, type LinesReport } from "../enqueue/lines-report.js";
import type { CommandContext } from "./context.js";
import { exitCode, WrongUseError } from "./exit-code.js";
import { showProgress } from "./progress.js";
import type { Terminal } from "./terminal.js";

/**
 * A job for each JSON line of standard input. The good ones go in, the bad ones are reported; either way there is a summary, also when
 * a signal ends it before the input does: then it counts as failed.
 */
export async function enqueueStdin({ terminal, withApp }: CommandContext, isJson: boolean): Promise<void> {
  requireInput();
  const { enqueueLines } = await import("../enqueue/enqueue-lines.js");
  const progress = showProgress(terminal, "lines"); // before we listen to signals: it asks who else does
  const stdin = countBytes(process.stdin);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  // A second one ends it at once.
  for (const signal of signals) process.once(signal, stop);
  const report = await withApp(
    ({ jobs }) =>
      enqueueLines(stdin.chunks, {
        jobs,
        onFault: ({ line, message }) => progress.note(`line ${line}: ${message}`),
        onProgress: (lines) => progress.update(lines, stdin.guessTotal(lines)),
        signal: stopping.signal,
      }),
    { migrate: true },
  )
    .finally(() => {
      progress.end();
      for (const signal of signals) process.off(signal, stop);
      process.stdin.destroy();
    })
    .catch((error: unknown) => {
      const interrupted = findInterruption(error);
      // In JSON the report is a part of the error.
      if (interrupted !== null && !isJson) tell(interrupted, terminal, isJson);
      throw error;
    });
  tell(report, terminal, isJson);
  if (report.bad > 0 || stopping.signal.aborted) process.exitCode = exitCode.failed;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** A file or something that is written to: no terminal, no folder, and no /dev/null, which Node has where standard input is closed. */
function requireInput(): void {
  const stats = fstatSync(0);
  if (stats.isFile() || stats.isFIFO() || stats.isSocket()) return;
  throw new WrongUseError("name a task, or pipe JSON lines in (see `sluice enqueue --help`)");
}

/** How many lines there will be, as far as a file's size and what was read of it tell. */
function countBytes(stdin: NodeJS.ReadStream) {
  const stats = fstatSync(0);
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stdin) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return {
    chunks: chunks(),
    guessTotal: (lines: number) =>
      stats.isFile() && bytes > 0 && bytes < stats.size ? Math.round((lines * stats.size) / bytes) : lines,
  };
}

function findInterruption(error: unknown): LinesReport | null {
  if (error instanceof LinesInterruptedError) return error.report;
  return error instanceof Error && error.cause !== undefined ? findInterruption(error.cause) : null;
}

function tell(report: LinesReport, terminal: Terminal, isJson: boolean): void {
  if (isJson) terminal.printJson(report);
  else for (const line of inWords(report)) terminal.print(line);
}

function inWords(report: LinesReport): readonly string[] {
  const { lines, bad, lastLine, certainUpTo, created, kept, replaced, rerun } = report;
  const outcomes = Object.entries({ created, kept, replaced, rerun, bad });
  const counts = outcomes.filter(([name, count]) => count > 0 || name === "created");
  const words = [`${lines} lines: ${counts.map(([name, count]) => `${count} ${name}`).join(", ")}`];
  if (certainUpTo < lastLine)
    words.push(
      `this is sure up to line ${certainUpTo}; of lines ${certainUpTo + 1} to ${lastLine} some may be in as well`,
    );
  return words;
}
