import type { Clock } from "@sluice/core";
import type { WorkerEvent } from "@sluice/runner";

/** Since when there are workers that do everything and have nothing to do. */
export interface IdleWorkers {
  hear(name: string, event: WorkerEvent): void;
  gone(name: string): void;
  /** Whether one of them has claimed and run nothing for so long: it does not work through a backlog, with a pause after each job. */
  anyFor(ms: number): boolean;
}

interface Work {
  running: number;
  /** Monotonic; when it started, claimed or ended a run last. */
  changedAtMs: number;
}

export function createIdleWorkers({ monotonicMs }: Pick<Clock, "monotonicMs">): IdleWorkers {
  /** Not those that are stopping. */
  const workers = new Map<string, Work>();

  function count(name: string, change: 1 | -1): void {
    const work = workers.get(name);
    if (work === undefined) return;
    work.running += change;
    work.changedAtMs = monotonicMs();
  }

  return {
    anyFor(ms) {
      const fromMs = monotonicMs() - ms;
      return [...workers.values()].some(({ running, changedAtMs }) => running === 0 && changedAtMs <= fromMs);
    },
    gone: (name) => void workers.delete(name),
    hear(name, { type }) {
      if (type === "worker-started") workers.set(name, { running: 0, changedAtMs: monotonicMs() });
      else if (type === "worker-stopping") workers.delete(name);
      else if (type === "claimed") count(name, 1);
      else if (runEnds.has(type)) count(name, -1);
    },
  };
}

const runEnds: ReadonlySet<string> = new Set([
  "run-succeeded",
  "run-failed",
  "run-deferred",
  "run-released",
  "run-cancelled",
] satisfies readonly WorkerEvent["type"][]);
