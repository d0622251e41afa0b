import type { EnqueueOutcome } from "@sluice/core";
import { InvalidRequestError, type Jobs } from "@sluice/runner";
import { type LineFault, LinesInterruptedError, type LinesReport } from "./lines-report.js";
import { type JobLine, parseJobLine } from "./parse-job-line.js";
import { readLines } from "./read-lines.js";
import { withPauses } from "./with-pauses.js";

export interface EnqueueLinesOptions<Tx> {
  readonly jobs: Pick<Jobs<Tx>, "enqueueMany">;
  readonly onFault: (fault: LineFault) => void;
  /** After each chunk. */
  readonly onProgress: (lines: number) => void;
  /** Ends the reading: what is held is written, and the report is of that. */
  readonly signal?: AbortSignal;
  /** The longest time that a line waits for others. 1,000 ms. */
  readonly holdMs?: number;
}

/** A payload may have 1 MiB, and JSON may write its characters in several ways. */
const maxLineBytes = 4 * 1024 * 1024;
// Small enough for `enqueueMany` to write it at once, or not at all.
const chunkLines = 500;
const chunkCharacters = 500_000;
const maxFaults = 1_000;

/**
 * Makes a job of each line of JSON, in chunks, as they come; holds one chunk at a time, and that for a second at most. A bad line is told and passed over. Throws
 * a LinesInterruptedError when the database fails: what was said about earlier lines holds.
 */
export async function enqueueLines<Tx>(
  input: AsyncIterable<Uint8Array>,
  { jobs, onFault, onProgress, signal, holdMs = 1_000 }: EnqueueLinesOptions<Tx>,
): Promise<LinesReport> {
  const counts = { created: 0, kept: 0, replaced: 0, rerun: 0 };
  const faults: LineFault[] = [];
  let lines = 0;
  let bad = 0;
  let lastLine = 0;
  let certainUpTo = 0;
  const report = (): LinesReport => ({ lines, ...counts, bad, faults, lastLine, certainUpTo });
  const refuse = (line: number, message: string) => {
    bad += 1;
    if (faults.length < maxFaults) faults.push({ line, message });
    onFault({ line, message });
  };

  const write = async (chunk: readonly JobLine[]) => {
    for (const group of byTask(chunk)) {
      for await (const answer of enqueueGroup(jobs, group, refuse))
        for (const outcome of outcomes) counts[outcome] += answer[outcome];
    }
    certainUpTo = lastLine;
    onProgress(lines);
  };

  let chunk: JobLine[] = [];
  let characters = 0;
  try {
    for await (const line of withPauses(readLines(input, maxLineBytes), { signal, afterMs: holdMs })) {
      if (line !== "pause") {
        lines += 1;
        lastLine = line.number;
        const parsed = "fault" in line ? line.fault : parseJobLine(line.number, line.text);
        if (typeof parsed === "string") refuse(line.number, parsed);
        else chunk.push(parsed);
        characters += "text" in line ? line.text.length : 0;
        if (chunk.length < chunkLines && characters < chunkCharacters) continue;
      }
      await write(chunk);
      chunk = [];
      characters = 0;
    }
    await write(chunk);
    return report();
  } catch (cause) {
    throw new LinesInterruptedError(report(), { cause });
  }
}

const outcomes = ["created", "kept", "replaced", "rerun"] as const satisfies readonly EnqueueOutcome[];

/** The order between tasks does not matter, within one it is that of the lines: the later request for a key is the later word. */
function byTask(chunk: readonly JobLine[]): readonly (readonly JobLine[])[] {
  const tasks = new Set(chunk.map(({ task }) => task));
  return [...tasks].map((wanted) => chunk.filter(({ task }) => task === wanted));
}

/**
 * All lines of one task that can be used. Nothing is written of a call that is refused, so what stands before the refused line
 * is sent again, alone.
 */
async function* enqueueGroup<Tx>(
  jobs: Pick<Jobs<Tx>, "enqueueMany">,
  group: readonly JobLine[],
  refuse: (line: number, message: string) => void,
) {
  let rest = group;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const { task } = first;
    try {
      yield await jobs.enqueueMany(task, requestsOf(rest));
      return;
    } catch (error) {
      if (!(error instanceof InvalidRequestError) || error.index === null) throw error;
      const refused = rest[error.index];
      if (refused === undefined) throw error;
      if (error.index > 0) yield await jobs.enqueueMany(task, requestsOf(rest.slice(0, error.index)));
      refuse(refused.number, error.message.replace(/^job \d+: /, ""));
      rest = rest.slice(error.index + 1);
    }
  }
}

function requestsOf(lines: readonly JobLine[]) {
  return lines.map(({ request }) => ({ ...request, target: request.target ?? null }));
}
