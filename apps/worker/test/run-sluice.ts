import { spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const mainFile = join(import.meta.dirname, "../dist/main.js");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing but PATH, a home of its own, and these. */
export function environmentOf(cwd: string, env: Readonly<Record<string, string>> = {}) {
  return { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env };
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For standard input; otherwise there is none. */
  readonly input?: string;
  /** What is put before the program and its arguments: `unshare …`, flags of Node. */
  readonly wrapper?: readonly string[];
  readonly nodeFlags?: readonly string[];
}

/** A built command line that runs. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error matches; rejects when the process ends before. */
  said(words: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the built command line as a process of its own, in a folder of its own, with nothing in its environment but PATH. */
export function startSluice(args: readonly string[], options: RunOptions): Running {
  const { cwd, env = {}, input, wrapper = [], nodeFlags = [] } = options;
  const [program = process.execPath, ...rest] = [
    ...wrapper,
    process.execPath,
    ...nodeFlags,
    mainFile,
    ...args,
  ];
  const child = spawn(program, rest, {
    cwd,
    env: environmentOf(cwd, { HTTP_PORT: "0", ...env }),
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (words.test(stderr)) resolve();
        };
        child.stderr?.on("data", look);
        child.once("close", () => reject(new Error(`ended without saying ${words}: ${stderr}`)));
        look();
      }),
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs the built command line to its end. */
export async function runSluice(
  args: readonly string[],
  options: RunOptions & {
    /** Sends SIGTERM once standard error matches. */
    readonly terminateWhen?: RegExp;
  },
): Promise<Ended> {
  const running = startSluice(args, options);
  if (options.terminateWhen !== undefined)
    await running.said(options.terminateWhen).then(
      () => running.kill("SIGTERM"),
      () => undefined, // it has ended: what it came to is the answer
    );
  return await running.ended;
}

/** A new folder with these files; `remove` deletes it. */
export async function makeFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "sluice-worker-")));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A project of all three kinds of target. */
export const smallProject: Readonly<Record<string, string>> = {
  "README.md":
    "# Kettle\n\nKettle is a small library that boils water over HTTP. It keeps the temperature of several kettles and switches them off in time.\n\n## Use\n\n```js\nkettle.boil()\n```\n",
  "src/kettle.ts":
    "/** Heats the water of a kettle until it boils. */\nexport async function boilWater(kettle: Kettle): Promise<number> {\n  return kettle.heat(100);\n}\n\nexport class Kettle {\n  temperature = 20;\n\n  heat(target: number): number {\n    this.temperature = target;\n    return this.temperature;\n  }\n}\n",
  "tools/measure.py":
    'def read_sensor(port):\n    """Read the temperature of the sensor at a serial port."""\n    return open(port).read()\n',
  "cmd/serve.go":
    "package main\n\n// serve answers requests for hot water.\nfunc serve(port int) error {\n\treturn listen(port)\n}\n",
  "talks/tea.conversation.json": JSON.stringify({
    messages: [
      {
        role: "user",
        content: "Which kettle should we buy for the office kitchen? The old kettle leaks water.",
      },
      { role: "assistant", content: "A steel kettle with a filter. The kettle should switch itself off." },
    ],
  }),
};

export const smallProjectTargets = 7;
