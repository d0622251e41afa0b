import { defaultJobPolicy } from "@sluice/core";
import { createJobs, createWorker, type Worker, type WorkerEvent } from "@sluice/runner";
import { connectStore } from "./connect-store.js";
import { describeEvent } from "./describe-event.js";
import type { FaultKind } from "./faults.js";
import { createHandler } from "./handlers.js";
import type { Provider } from "./provider.js";
import { type TaskType, taskTypes } from "./tasks.js";
import { createProcess, type VirtualProcess } from "./virtual-process.js";
import type { SimulatedTx, World } from "./world.js";

/** A place in the fleet: whatever befalls its process, there is a new one before long. */
export interface WorkerSlot {
  boot(): void;
  /** Stops the process that runs, in good order, and starts no other. */
  end(): Promise<void>;
}

const troubles = ["crash", "stall", "clock-jump", "restart"] as const satisfies readonly FaultKind[];

interface Running {
  readonly process: VirtualProcess;
  readonly worker: Worker;
}

export function createWorkerSlot(world: World, provider: Provider, index: number): WorkerSlot {
  const { plan, clock, faults, trace, store } = world;
  const chance = world.chance.fork(`worker-${index}`);
  let generation = 0;
  let running: Running | null = null;
  let isEnding = false;

  function boot(): void {
    if (isEnding) return;
    generation += 1;
    const name = `worker-${index}.${generation}`;
    const process = createProcess(name, clock, {
      rate: chance.pick([1, 1, 0.98, 1.02]),
      onCrash() {
        running = null;
        clock.schedule(chance.between(50, 10_000), boot);
      },
    });
    const worker = createProcessWorker(process);
    running = { process, worker };
    void start(running);
    if (faults.isOn) scheduleTrouble(running);
  }

  function createProcessWorker(process: VirtualProcess): Worker {
    const { name } = process;
    const own = chance.fork(name);
    const jobs = createJobs({ store, clock: process.clock, random: own });
    const worker = createWorker<SimulatedTx>({
      id: name,
      store: connectStore(world, process, own),
      handlers: drawTypes().map((type) =>
        createHandler(type, { world, process, provider, jobs, chance: own }),
      ),
      concurrency: plan.concurrency,
      batchSize: chance.whole(1, plan.concurrency),
      jobDelayMs: chance.isTrue(0.15) ? chance.whole(10, 500) : 0,
      pollIntervalMs: plan.pollIntervalMs,
      leaseMs: plan.leaseMs,
      abortGraceMs: plan.abortGraceMs,
      // The first of the fleet always does the upkeep: somebody must.
      maintenance:
        index === 1 || chance.isTrue(0.7)
          ? { intervalMs: plan.maintenanceIntervalMs, limit: chance.pick([1, 500]) }
          : false,
      policy: { ...defaultJobPolicy, maxDeferredMs: plan.maxDeferredMs },
      clock: process.clock,
      random: own,
    });
    let active = 0;
    worker.observe((event) => {
      if (!process.isAlive) return;
      if (event.type !== "polled" || event.claimed > 0) trace.note(name, () => describeEvent(event));
      active += activeChange(event);
      if (active > plan.concurrency) world.violate("worker", `${name} has ${active} runs at once`);
      if (event.type === "fault") world.violate("worker", `${name}: ${String(event.error)}`);
    });
    return worker;
  }

  /** The first of the fleet can do everything, so that no job waits for ever. */
  function drawTypes(): readonly TaskType[] {
    const drawn = taskTypes.filter(() => chance.isTrue(0.7));
    return index === 1 || drawn.length === 0 ? taskTypes : drawn;
  }

  async function start({ process, worker }: Running): Promise<void> {
    try {
      await worker.start();
    } catch (error) {
      trace.note(process.name, () => `cannot start: ${String(error)}`);
      process.crash();
    }
  }

  function scheduleTrouble(one: Running): void {
    one.process.clock.schedule(chance.gapMs(plan.troubleEveryMs), () => {
      if (!faults.isOn) return;
      befall(one);
      scheduleTrouble(one);
    });
  }

  function befall(one: Running): void {
    const { process } = one;
    const kind = chance.pick(troubles);
    if (!faults.mayHappen(kind)) return;
    switch (kind) {
      case "crash":
        faults.count(kind, process.name);
        process.crash();
        break;
      case "stall": {
        const forMs = plan.leaseMs * chance.between(0.2, 3);
        faults.count(kind, process.name, () => `for ${Math.round(forMs)} ms`);
        process.stall(forMs);
        break;
      }
      case "clock-jump": {
        const wallMs = chance.between(-3_600_000, 3_600_000);
        const monotonicMs = chance.isTrue(0.3) ? chance.between(0, 3 * plan.leaseMs) : 0;
        faults.count(kind, process.name, () => `by ${Math.round(wallMs)} and ${Math.round(monotonicMs)} ms`);
        process.jump({ wallMs, monotonicMs });
        break;
      }
      case "restart":
        faults.count(kind, process.name);
        void restart(one);
    }
  }

  /** A new version is rolled out: another process takes the place, or the same worker begins again. */
  async function restart({ process, worker }: Running): Promise<void> {
    if (worker.status.phase !== "working") return;
    await worker.stop({ graceMs: chance.pick([0, 1_000, 20_000]) });
    if (chance.isTrue(0.5)) process.crash();
    else if (running !== null) await start({ process, worker });
  }

  return {
    boot,
    async end() {
      isEnding = true;
      if (running === null) return;
      const { process, worker } = running;
      // A stall that is under way is nobody's fault.
      await process.sleep(0);
      const graceMs = 1_000;
      const sentAtMs = clock.monotonicMs();
      await worker.stop({ graceMs });
      const tookMs = clock.monotonicMs() - sentAtMs;
      // Grace, abort, a lease for the aborted and one for their commits; and the answers of the store.
      const limitMs = graceMs + plan.abortGraceMs + 2 * plan.leaseMs + 2_000;
      if (tookMs > limitMs) world.violate("worker", `${process.name} took ${tookMs} ms to stop`);
      process.crash();
    },
  };
}

function activeChange({ type }: WorkerEvent): number {
  switch (type) {
    case "claimed":
      return 1;
    case "run-succeeded":
    case "run-failed":
    case "run-deferred":
    case "run-released":
    case "run-cancelled":
      return -1;
    default:
      return 0;
  }
}
