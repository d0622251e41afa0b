import { setTimeout as sleep } from "node:timers/promises";
import { createSeededRandom } from "@sluice/runner/testing";
import type { PostgresServer } from "@sluice/testkit/postgres";
import { type Fault, planFaults } from "./faults.js";
import type { Kill, WorkerSlot } from "./fleet/worker-slot.js";
import type { Operators } from "./operators.js";
import type { ProviderProcess } from "./provider/start-provider.js";

/** All that faults can strike. */
export interface Stage {
  /** Told before the database goes down. */
  readonly onDatabaseCrash: () => void;
  readonly provider: ProviderProcess;
  readonly server: PostgresServer;
  readonly slots: readonly WorkerSlot[];
  readonly operators: Operators;
}

export interface Storm {
  readonly kills: readonly Kill[];
  readonly restarts: number;
}

/** Fault after fault until enough workers were killed. */
export async function rage(
  stage: Stage,
  {
    seed,
    kills: wanted,
    onKill,
  }: { readonly seed: number; readonly kills: number; readonly onKill: (storm: Storm) => void },
): Promise<Storm> {
  const kills: Kill[] = [];
  let restarts = 0;
  const underWay = new Set<Promise<unknown>>();
  const plan = planFaults(createSeededRandom(seed), stage.slots.length);
  while (kills.length < wanted) {
    const { afterMs, fault } = plan.next().value;
    await sleep(afterMs);
    if (fault.type === "kill") {
      await untilHalfIsHealthy(stage.slots);
      const kill = (await healthySlot(stage.slots, fault.slot)).kill();
      if (kill === null) continue;
      kills.push(kill);
      onKill({ kills, restarts });
      continue;
    }
    if (fault.type === "restart-database") restarts += 1;
    // What an operator or the database refuses at such a time is part of the weather.
    const done: Promise<unknown> = strike(stage, fault)
      .catch(() => undefined)
      .finally(() => underWay.delete(done));
    underWay.add(done);
    if (fault.type === "restart-database") await done;
  }
  await Promise.all(underWay);
  return { kills, restarts };
}

/**
 * Where a process takes longer to start than the next kill to come, nobody would live for a second, and nothing be taken back: that
 * measures the machine.
 */
async function untilHalfIsHealthy(slots: readonly WorkerSlot[]): Promise<void> {
  while (2 * slots.filter(({ isHealthy }) => isHealthy).length < slots.length) await sleep(20);
}

/** The slot of that number, or the next that is healthy: a worker that has not begun to work has nothing to lose. */
async function healthySlot(slots: readonly WorkerSlot[], number: number): Promise<WorkerSlot> {
  for (;;) {
    const found = [...slots.slice(number), ...slots.slice(0, number)].find(({ isHealthy }) => isHealthy);
    if (found !== undefined) return found;
    await sleep(20);
  }
}

async function strike(
  { onDatabaseCrash, provider, server, slots, operators }: Stage,
  fault: Exclude<Fault, { type: "kill" }>,
): Promise<unknown> {
  switch (fault.type) {
    case "freeze":
      return (await healthySlot(slots, fault.slot)).freeze(fault.forMs);
    case "cut":
      return (await healthySlot(slots, fault.slot)).cutConnections();
    case "half-open":
      return (await healthySlot(slots, fault.slot)).holdHalfOpen(fault.forMs);
    case "restart-database":
      onDatabaseCrash();
      return server.restart("immediate");
    case "mood":
      await provider.setMood(fault.mood);
      await sleep(fault.forMs);
      return provider.setMood("well");
    case "pause":
      return operators.pause(fault.forMs);
    case "resume":
      return operators.resume();
    case "cancel":
      return operators.cancelLatest();
    case "retry":
      return operators.retryFailed();
  }
}
