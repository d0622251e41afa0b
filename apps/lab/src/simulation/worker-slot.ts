import type { Worker } from "@sluice/runner";
import type { Provider } from "./provider.js";
import { createSimulatedWorker } from "./simulated-worker.js";
import { startTrouble } from "./trouble.js";
import { createProcess, type VirtualProcess } from "./virtual-process.js";
import type { World } from "./world.js";

/** A place in the fleet: whatever befalls its process, there is a new one before long. */
export interface WorkerSlot {
  boot(): void;
  /** Stops the process that runs, in good order, and starts no other. */
  end(): Promise<void>;
}

interface Running {
  readonly process: VirtualProcess;
  readonly worker: Worker;
}

export function createWorkerSlot(world: World, provider: Provider, index: number): WorkerSlot {
  const { plan, clock, faults, trace, idle } = world;
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
        idle.gone(name);
        clock.schedule(chance.between(50, 10_000), boot);
      },
    });
    // The first of the fleet can do everything, and always does the upkeep: somebody must.
    const isAllRounder = index === 1;
    const worker = createSimulatedWorker(world, provider, process, {
      isAllRounder,
      chance: chance.fork(name),
    });
    running = { process, worker };
    void start(running);
    if (faults.isOn)
      startTrouble(world, { process, chance, restart: () => void restart({ process, worker }) });
  }

  async function start({ process, worker }: Running): Promise<void> {
    try {
      await worker.start();
    } catch (error) {
      trace.note(process.name, () => `cannot start: ${String(error)}`);
      process.crash();
    }
  }

  /** A new version is rolled out: another process takes the place, or the same worker begins again. */
  async function restart({ process, worker }: Running): Promise<void> {
    if (worker.status.phase !== "working") return;
    await worker.stop({ graceMs: chance.pick([0, 1_000, 20_000]) });
    if (chance.isTrue(0.5)) process.crash();
    else if (!isEnding) await start({ process, worker });
  }

  async function stop({ process, worker }: Running): Promise<void> {
    // A stall that is under way is nobody's fault.
    await process.sleep(0);
    const graceMs = 1_000;
    const askedAtMs = clock.monotonicMs();
    await worker.stop({ graceMs });
    const tookMs = Math.round(clock.monotonicMs() - askedAtMs);
    // Grace, abort, a lease for the aborted and one for their commits; and the answers of the store.
    const limitMs = graceMs + plan.abortGraceMs + 2 * plan.leaseMs + 2_000;
    if (tookMs > limitMs) world.violate("worker", `${process.name} took ${tookMs} ms to stop`);
    process.crash();
  }

  return {
    boot,
    async end() {
      isEnding = true;
      if (running !== null) await Promise.race([stop(running), running.process.crashed]);
    },
  };
}
