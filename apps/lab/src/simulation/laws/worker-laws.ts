import type { Handler } from "@sluice/core";
import type { WorkerEvent } from "@sluice/runner";
import type { VirtualProcess } from "../virtual-process.js";
import type { SimulatedTx, World } from "../world.js";

/** What a worker promised in its options. */
export interface WorkerPromises {
  readonly concurrency: number;
  readonly jobDelayMs: number;
  readonly handlers: readonly Handler<SimulatedTx>[];
}

/** Holds a worker to its promises, event by event. */
export function createWorkerLaws(
  { violate, faults }: Pick<World, "violate"> & { readonly faults: Pick<World["faults"], "isCalm"> },
  { name, clock }: VirtualProcess,
  { concurrency, jobDelayMs, handlers }: WorkerPromises,
): (event: WorkerEvent) => void {
  const active = new Map<string, number>();
  const limits = new Map(handlers.map(({ task, concurrency: limit }) => [task.type, limit ?? concurrency]));
  let isStopping = false;
  let startedAtMs = Number.NEGATIVE_INFINITY;

  function count(taskType: string, change: 1 | -1): void {
    const ofType = (active.get(taskType) ?? 0) + change;
    active.set(taskType, ofType);
    const all = [...active.values()].reduce((sum, number) => sum + number, 0);
    if (all > concurrency) violate("worker", `${name} has ${all} runs at once`);
    if (ofType > (limits.get(taskType) ?? 0)) violate("worker", `${name} has ${ofType} runs of ${taskType}`);
  }

  return (event) => {
    switch (event.type) {
      case "claimed":
        return count(event.job.taskType, 1);
      case "run-succeeded":
      case "run-failed":
      case "run-deferred":
      case "run-released":
      case "run-cancelled":
        return count(event.job.taskType, -1);
      case "worker-started":
        isStopping = false;
        startedAtMs = Number.NEGATIVE_INFINITY;
        return;
      case "worker-stopping":
        isStopping = true;
        return;
      case "run-started": {
        if (isStopping) violate("worker", `${name} began ${event.job.id} although it was to stop`);
        const gapMs = clock.monotonicMs() - startedAtMs;
        // The clock counts in fractions.
        if (gapMs < jobDelayMs - 1)
          violate("worker", `${name} dispatched after ${gapMs} of ${jobDelayMs} ms`);
        startedAtMs = clock.monotonicMs();
        return;
      }
      case "lease-lost":
      case "fenced-off":
        if (faults.isCalm) violate("lease", `${name} lost ${event.job.id} without cause`);
        return;
      case "worker-stopped":
        if (faults.isCalm && event.leftBehind > 0)
          violate("worker", `${name} left ${event.leftBehind} runs behind without cause`);
        return;
      case "fault":
        return violate("worker", `${name}: ${String(event.error)}`);
      default:
    }
  };
}
