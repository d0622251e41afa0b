import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnProgram } from "./spawn-program.js";
import type { Watchdog } from "./watchdog.js";

/** As in `postgresql.conf`. */
export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

/** "fast" disconnects everyone and shuts down cleanly, "immediate" leaves the rest to crash recovery, "kill" is kill -9. */
export type StopMode = "fast" | "immediate" | "kill";

const signals = { fast: "SIGINT", immediate: "SIGQUIT", kill: "SIGKILL" } as const;
const log = "server.log";
const startTimeoutMs = 60_000;

export interface ServerProcess {
  /** `undefined` once it has ended. */
  readonly pid: number | undefined;
  stop(mode: StopMode): Promise<void>;
}

export interface ServerLaunch {
  readonly bin: string;
  readonly directory: string;
  readonly dataDirectory: string;
  readonly settings: PostgresSettings;
  readonly watchdog: Watchdog;
}

/** Answers when the server takes connections. */
export async function startServer(launch: ServerLaunch): Promise<ServerProcess> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const server = await spawnServer(launch);
    if (await becomesReady(server, launch.dataDirectory, deadline))
      return serverProcess(server, launch.watchdog);
    launch.watchdog.watch(undefined);
    const words = readFileSync(join(launch.directory, log), "utf8");
    // After a kill -9 the old server's backends hold its memory for a moment longer.
    if (!words.includes("pre-existing shared memory block") || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start:\n${words}`);
    }
    await sleep(50);
  }
}

async function spawnServer(launch: ServerLaunch): Promise<ChildProcess> {
  const { bin, directory, dataDirectory, settings, watchdog } = launch;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = await spawnProgram(join(bin, "postgres"), ["-D", dataDirectory, ...flags], {
    directory,
    log,
  });
  watchdog.watch(server.pid);
  return server;
}

/** False: it has ended instead, or its time is over. `pg_ctl --wait` reads the same line of the same file. */
async function becomesReady(server: ChildProcess, dataDirectory: string, deadline: number): Promise<boolean> {
  while (!hasEnded(server)) {
    const lines = readLines(join(dataDirectory, "postmaster.pid"));
    if (lines[0] === String(server.pid) && lines[7]?.trim() === "ready") return true;
    if (Date.now() > deadline) {
      server.kill("SIGKILL");
      return false;
    }
    await sleep(10);
  }
  return false;
}

function serverProcess(server: ChildProcess, watchdog: Watchdog): ServerProcess {
  return {
    get pid() {
      return hasEnded(server) ? undefined : server.pid;
    },
    stop: async (mode) => {
      if (!hasEnded(server)) {
        server.ref();
        server.kill(signals[mode]);
        await once(server, "exit");
      }
      watchdog.watch(undefined);
    },
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return []; // not written yet
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
