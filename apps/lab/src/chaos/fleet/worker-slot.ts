import { setTimeout as sleep } from "node:timers/promises";
import type { TcpProxy } from "@sluice/testkit/postgres";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.js";

/** A worker was killed: what it held has to run again elsewhere. */
export interface Kill {
  readonly workerId: string;
  /** Ms since 1970. */
  readonly atMs: number;
}

/** A place in the fleet: a worker process, another one whenever it has ended, and its way to the database. */
export interface WorkerSlot {
  /** It claims, and nobody is doing anything to it. */
  readonly isHealthy: boolean;
  /** How many workers have ended that nobody killed: one that finds no database when it starts, say. */
  readonly fallen: number;
  /** Ends the worker with SIGKILL. A new one takes its place. */
  kill(): Kill | null;
  /** The process stands still for so long. */
  freeze(forMs: number): Promise<void>;
  cutConnections(): void;
  /** Nothing arrives any more for so long, and nobody is told. */
  holdHalfOpen(forMs: number): Promise<void>;
  /** Ends the worker with SIGTERM, and takes no new one. Answers its exit code. */
  retire(): Promise<number | null>;
}

export function createWorkerSlot(
  proxy: TcpProxy,
  settings: { readonly env: Readonly<Record<string, string>>; readonly logFile: string },
): WorkerSlot {
  let worker: WorkerProcess = start();
  let isRetired = false;
  let isTroubled = false;
  let fallen = 0;

  function start(): WorkerProcess {
    const next = startWorkerProcess(settings.env, settings);
    void next.ended.then((code) => {
      if (isRetired) return;
      if (code !== null) fallen += 1;
      worker = start();
    });
    return next;
  }

  async function trouble(forMs: number, begin: () => void, end: () => void): Promise<void> {
    isTroubled = true;
    begin();
    await sleep(forMs);
    end();
    isTroubled = false;
  }

  return {
    get isHealthy() {
      return worker.workerId !== null && !worker.hasEnded && !isTroubled;
    },
    get fallen() {
      return fallen;
    },
    kill() {
      const { workerId } = worker;
      worker.signal("SIGKILL");
      return workerId === null ? null : { workerId, atMs: performance.timeOrigin + performance.now() };
    },
    freeze(forMs) {
      const frozen = worker;
      return trouble(
        forMs,
        () => frozen.signal("SIGSTOP"),
        () => frozen.signal("SIGCONT"),
      );
    },
    cutConnections: proxy.cutAll,
    holdHalfOpen: (forMs) =>
      trouble(
        forMs,
        () => proxy.setHalfOpen(true),
        () => proxy.setHalfOpen(false),
      ),
    retire() {
      isRetired = true;
      worker.signal("SIGTERM");
      return worker.ended;
    },
  };
}
