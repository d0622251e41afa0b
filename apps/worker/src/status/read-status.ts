import { isLiveWorker, isTerminalStatus, type JobCount, type JobStatus, type JobStore } from "@sluice/core";
import type { Jobs } from "@sluice/runner";
import { sumByStatus } from "../demo/find-results.js";
import { jsonGate } from "../json-views.js";

/** Everything at a glance, as it is printed and served. */
export interface Status {
  readonly jobs: Partial<Record<JobStatus, number>>;
  readonly gates: readonly ReturnType<typeof jsonGate>[];
  /** The live ones. */
  readonly workers: readonly {
    readonly id: string;
    readonly taskTypes: readonly string[];
    readonly running: number;
    readonly concurrency: number;
  }[];
  /** Of every task type that has live jobs: why they do or do not run. */
  readonly tasks: readonly { readonly taskType: string; readonly text: string }[];
}

/** With the counts by task type and status that the sums were made of. */
export async function readStatus<Tx>({
  store,
  jobs,
}: {
  readonly store: JobStore<Tx>;
  readonly jobs: Jobs<Tx>;
}): Promise<{ readonly status: Status; readonly counts: readonly JobCount[] }> {
  const [counts, gates, workers, now] = await Promise.all([
    store.countJobs(),
    store.listGates(),
    store.listWorkers(),
    store.now(),
  ]);
  const live = counts.filter(({ status }) => !isTerminalStatus(status));
  const taskTypes = [...new Set(live.map(({ taskType }) => taskType))].sort();
  const tasks = await Promise.all(
    taskTypes.map(async (taskType) => ({ taskType, text: (await jobs.explain(taskType)).text })),
  );
  const status = {
    jobs: sumByStatus(counts),
    gates: gates.map((gate) => jsonGate(gate, now)),
    workers: workers
      .filter((worker) => isLiveWorker(worker, now))
      .map(({ id, taskTypes: served, running, concurrency }) => ({
        id,
        taskTypes: served,
        running,
        concurrency,
      })),
    tasks,
  };
  return { status, counts };
}
