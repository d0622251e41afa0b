import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** A built example, running as a process of its own. */
export interface RunningExample {
  /** Resolves with the first match in what it prints. Rejects when it ends without one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended. Rejects, with what it printed, unless it ended well. */
  readonly ended: Promise<string>;
  terminate(): void;
}

export function startExample(
  file: string,
  { args = [], env }: { readonly args?: readonly string[]; readonly env: Readonly<Record<string, string>> },
): RunningExample {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../dist", file), ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (text: string) => {
    printed += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const ended = endOf(child).then((status) => {
    if (status !== 0) throw new Error(`${file} ended with ${status}:\n${printed}`);
    return printed;
  });
  ended.catch(() => undefined); // whoever waits for it hears of it
  return {
    ended,
    terminate: () => void child.kill("SIGTERM"),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(printed);
          if (match !== null) resolve(match);
        };
        child.stdout.on("data", look);
        ended.then(() => reject(new Error(`${file} never printed ${pattern}:\n${printed}`)), reject);
        look();
      }),
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
