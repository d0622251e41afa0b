import type { Handler, ProcessingJob } from "@sluice/core";
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
  const running = new Map<string, string>();
  const limits = new Map(handlers.map(({ task, concurrency: limit }) => [task.type, limit ?? concurrency]));
  // Nothing but the slots bounds its runs: then it may hold some in stock.
  const mayClaimAhead =
    jobDelayMs === 0 &&
    handlers.every(({ gates, concurrency: limit }) => gates.length === 0 && limit === null);
  let claimed = 0;
  let isStopping = false;
  let startedAtMs = Number.NEGATIVE_INFINITY;

  function begin({ taskType, ...job }: ProcessingJob): void {
    running.set(leaseOf(job), taskType);
    const ofType = [...running.values()].filter((type) => type === taskType).length;
    if (running.size > concurrency) violate("worker", `${name} has ${running.size} runs at once`);
    if (ofType > (limits.get(taskType) ?? 0)) violate("worker", `${name} has ${ofType} runs of ${taskType}`);
    if (claimed > concurrency && !mayClaimAhead) violate("worker", `${name} holds ${claimed} jobs`);
  }

  return (event) => {
    switch (event.type) {
      case "claimed":
        claimed += 1;
        return;
      case "run-succeeded":
      case "run-failed":
      case "run-deferred":
      case "run-released":
      case "run-cancelled":
        claimed -= 1;
        running.delete(leaseOf(event.job));
        return;
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
        return begin(event.job);
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

function leaseOf({ id, leaseNo }: Pick<ProcessingJob, "id" | "leaseNo">): string {
  return `${id}/${leaseNo}`;
}
