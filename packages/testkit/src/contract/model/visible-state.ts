import {
  type Attempt,
  type Gate,
  isSameLimits,
  type Job,
  noLimits,
  type TargetRef,
  type TargetStatus,
} from "@sluice/core";
import type { StoreUnderTest } from "../store-under-test.js";
import { targetCount, taskCount } from "./step.js";

export function taskOf(task: number): string {
  return `task-${task}`;
}

export function targetOf(target: number): TargetRef {
  return { type: "code_entity", id: `target-${target}` };
}

/** What anybody can see of a store, in an order that does not depend on it. The ledgers are read at the end of a script. */
export async function visibleState<Tx>({ store, notes }: StoreUnderTest<Tx>): Promise<unknown> {
  const { jobs } = await store.listJobs({ limit: 1_000 });
  const counts = await store.countJobs();
  const targetStatuses: (TargetStatus | null)[] = [];
  for (let task = 0; task < taskCount; task++)
    for (let target = 0; target < targetCount; target++)
      targetStatuses.push(await store.getTargetStatus(targetOf(target), taskOf(task)));
  return {
    now: await store.now(),
    jobs: sortById(jobs),
    counts: counts.map(({ taskType, status, count }) => `${taskType} ${status} ${count}`).sort(),
    gates: (await store.listGates()).filter(isOfInterest).map(visibleGate),
    targetStatuses,
    notes: [...(await notes.list())].sort(),
  };
}

export async function visibleLedgers<Tx>({ store }: StoreUnderTest<Tx>): Promise<unknown> {
  const { jobs } = await store.listJobs({ limit: 1_000 });
  const ledgers: (readonly Attempt[])[] = [];
  for (const { id } of sortById(jobs)) ledgers.push(await store.listAttempts(id));
  return ledgers;
}

/** Whatever a store keeps beside the gate is its own affair. */
export function visibleGate(gate: Gate): Gate {
  const { key, epochAt, pausedUntil, closing, streak, limits, drawn, pacing } = gate;
  return { key, epochAt, pausedUntil, closing, streak, limits, drawn, pacing };
}

/** A gate that was never closed nor limited may have a row or not. */
function isOfInterest({ closing, pausedUntil, epochAt, limits }: Gate): boolean {
  return closing !== null || pausedUntil !== null || epochAt > 0 || !isSameLimits(limits, noLimits);
}

export function sortById<Some extends Job>(jobs: readonly Some[]): readonly Some[] {
  return jobs.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
