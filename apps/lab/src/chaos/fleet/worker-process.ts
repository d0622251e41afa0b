import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** `sluice worker`, as it is deployed. */
const workerMain = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));

export interface WorkerProcess {
  /** As the database knows it; `null` until it has begun to claim. */
  readonly workerId: string | null;
  readonly hasEnded: boolean;
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM"): void;
  /** Resolves when it has ended, with its exit code; `null`: by a signal. */
  readonly ended: Promise<number | null>;
}

const startedLine = z.object({ msg: z.literal("worker started"), workerId: z.string() });

/** `logFile` gets what it logs. */
export function startWorkerProcess(
  env: Readonly<Record<string, string>>,
  { logFile }: { readonly logFile: string },
): WorkerProcess {
  const child = spawn(process.execPath, [workerMain, "worker"], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log = createWriteStream(logFile, { flags: "a" });
  let workerId: string | null = null;
  let hasEnded = false;
  readLines(child, log, (line) => {
    workerId ??= workerIdIn(line);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      hasEnded = true;
      resolve(code);
    });
  });
  return {
    get workerId() {
      return workerId;
    },
    get hasEnded() {
      return hasEnded;
    },
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

function readLines({ stderr }: ChildProcess, log: WriteStream, onLine: (line: string) => void): void {
  if (stderr === null) throw new Error("the worker's log is not piped");
  const lines = createInterface({ input: stderr });
  lines.on("line", (line) => {
    log.write(`${line}\n`);
    onLine(line);
  });
  lines.on("close", () => log.end());
}

function workerIdIn(line: string): string | null {
  if (!line.includes('"worker started"')) return null;
  const parsed = startedLine.safeParse(JSON.parse(line));
  return parsed.success ? parsed.data.workerId : null;
}
