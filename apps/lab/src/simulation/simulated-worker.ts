import { defaultJobPolicy } from "@sluice/core";
import { createJobs, createWorker, type Worker } from "@sluice/runner";
import type { Chance } from "./chance.js";
import { connectStore } from "./connect-store.js";
import { describeEvent } from "./describe-event.js";
import { createHandler } from "./handlers.js";
import { createWorkerLaws } from "./laws/worker-laws.js";
import { rushConcurrency } from "./plan.js";
import type { Provider } from "./provider.js";
import { type TaskType, taskTypes } from "./tasks.js";
import type { VirtualProcess } from "./virtual-process.js";
import type { SimulatedTx, World } from "./world.js";

/** The runner's own worker, in a process of this world, traced and judged. Each is configured a little differently. */
export function createSimulatedWorker(
  world: World,
  provider: Provider,
  process: VirtualProcess,
  { isAllRounder, chance }: { readonly isAllRounder: boolean; readonly chance: Chance },
): Worker {
  const { plan, store, trace, idle, cancels } = world;
  const { name, clock } = process;
  const jobs = createJobs({ store, clock, random: chance });
  const surroundings = { world, process, provider, jobs, chance };
  const isRushed = plan.isRush && !isAllRounder && chance.isTrue(0.7);
  const types = isRushed ? (["notify"] as const) : drawTypes(isAllRounder, chance);
  const promises = {
    handlers: types.map((type) => createHandler(type, surroundings)),
    concurrency: isRushed ? rushConcurrency : plan.concurrency,
    jobDelayMs: !isRushed && chance.isTrue(0.15) ? chance.whole(10, 500) : 0,
  };
  const worker = createWorker<SimulatedTx>({
    ...promises,
    id: name,
    store: connectStore(world, process, chance),
    ...(!isRushed && { batchSize: chance.whole(1, plan.concurrency) }),
    saveConcurrency: chance.whole(1, 5),
    pollIntervalMs: plan.pollIntervalMs,
    leaseMs: plan.leaseMs,
    abortGraceMs: plan.abortGraceMs,
    maintenance:
      isAllRounder || chance.isTrue(0.7)
        ? { intervalMs: plan.maintenanceIntervalMs, limit: chance.pick([1, 500]) }
        : false,
    policy: { ...defaultJobPolicy, maxDeferredMs: plan.maxDeferredMs },
    clock,
    random: chance,
  });
  const judge = createWorkerLaws(world, process, promises);
  worker.observe((event) => {
    if (!process.isAlive) return;
    if (event.type !== "polled" || event.claimed > 0) trace.note(name, () => describeEvent(event));
    judge(event);
    cancels.hear(event);
    if (isAllRounder) idle.hear(name, event);
  });
  return worker;
}

function drawTypes(isAllRounder: boolean, chance: Chance): readonly TaskType[] {
  const drawn = taskTypes.filter(() => chance.isTrue(0.7));
  return isAllRounder || drawn.length === 0 ? taskTypes : drawn;
}
