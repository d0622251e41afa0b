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
  /** Why jobs do or do not run: of the task types that have most live ones, in the order of their names. */
  readonly tasks: readonly { readonly taskType: string; readonly text: string }[];
  /** So many task types have live jobs, too. */
  readonly moreTasks: number;
}

/** Each takes some queries, and nobody reads more at a glance. */
const maxExplained = 20;

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
  const busiest = rankByLiveJobs(counts);
  const taskTypes = busiest.slice(0, maxExplained).sort();
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
    moreTasks: busiest.length - taskTypes.length,
  };
  return { status, counts };
}

function rankByLiveJobs(counts: readonly JobCount[]): readonly string[] {
  const live = new Map<string, number>();
  for (const { taskType, status, count } of counts)
    if (!isTerminalStatus(status)) live.set(taskType, (live.get(taskType) ?? 0) + count);
  return [...live].sort(([, one], [, other]) => other - one).map(([taskType]) => taskType);
}
