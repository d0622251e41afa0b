import {
  type EpochMs,
  type Gate,
  type InspectStore,
  type JobCount,
  liveStatuses,
  type TaskGates,
  taskGateKey,
  type WaitingJob,
  type WorkerRecord,
  waitingStatuses,
} from "@sluice/core";

/** All that an explanation is made from: what the store says about a task type, read within moments. */
export interface QueueSnapshot {
  readonly taskType: string;
  readonly now: EpochMs;
  /** The task's own gates, as far as they exist. */
  readonly gates: readonly Gate[];
  readonly taskGates: readonly TaskGates[];
  readonly counts: readonly JobCount[];
  readonly workers: readonly WorkerRecord[];
  readonly nextDueJob: WaitingJob | null;
}

/** Throws what the store throws, and nothing else. */
export async function takeSnapshot(store: InspectStore, taskType: string): Promise<QueueSnapshot> {
  const [now, gates, taskGates, counts, workers, nextDueJob] = await Promise.all([
    store.now(),
    store.listGates(),
    store.listTaskGates(),
    store.countJobs({ statuses: liveStatuses }),
    store.listWorkers(),
    store.getNextDueJob(taskType),
  ]);
  const declared = taskGates.find((each) => each.taskType === taskType)?.gates ?? [];
  const own = new Set([taskGateKey(taskType), ...declared]);
  return {
    taskType,
    now,
    gates: gates.filter(({ key }) => own.has(key)),
    taskGates,
    counts,
    workers,
    nextDueJob,
  };
}

export function countWaiting({ counts, taskType }: QueueSnapshot): number {
  const waiting: readonly string[] = waitingStatuses;
  return sum(counts.filter((each) => each.taskType === taskType && waiting.includes(each.status)));
}

export function countBackingOff({ counts, taskType }: QueueSnapshot): number {
  return sum(counts.filter((each) => each.taskType === taskType && each.status === "retry_ai"));
}

export function countRunning({ counts, taskType }: QueueSnapshot): number {
  return sum(counts.filter((each) => each.taskType === taskType && each.status === "processing"));
}

/** Running jobs of all task types that pass the gate. */
export function countInFlight({ counts, taskGates }: QueueSnapshot, { key }: Gate): number {
  const passing = taskGates.filter(({ gates }) => gates.includes(key)).map(({ taskType }) => taskType);
  return sum(
    counts.filter(
      ({ taskType, status }) =>
        status === "processing" && (passing.includes(taskType) || taskGateKey(taskType) === key),
    ),
  );
}

function sum(counts: readonly JobCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
