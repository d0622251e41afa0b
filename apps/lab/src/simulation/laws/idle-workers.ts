import type { WorkerEvent } from "@sluice/runner";

/** Whether there are workers that do everything and have nothing to do. */
export interface IdleWorkers {
  hear(name: string, event: WorkerEvent): void;
  gone(name: string): void;
  readonly any: boolean;
}

export function createIdleWorkers(): IdleWorkers {
  /** Not those that are stopping. */
  const running = new Map<string, number>();

  function count(name: string, change: 1 | -1): void {
    const before = running.get(name);
    if (before !== undefined) running.set(name, before + change);
  }

  return {
    get any() {
      return [...running.values()].includes(0);
    },
    gone: (name) => void running.delete(name),
    hear(name, { type }) {
      if (type === "worker-started") running.set(name, 0);
      else if (type === "worker-stopping") running.delete(name);
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
