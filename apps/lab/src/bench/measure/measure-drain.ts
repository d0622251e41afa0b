import type { CallReport } from "../processes/call-book.js";
import type { Child } from "../processes/child-process.js";
import type { ContenderDesk } from "../processes/contender-desk.js";
import type { Stage } from "../stage.js";
import { fill } from "./fill.js";
import { postgresCpuUs } from "./postgres-cpu.js";
import { until } from "./until.js";

export interface DrainOptions {
  readonly taskType: string;
  readonly jobs: number;
  readonly processes: number;
  readonly postmaster: number | undefined;
  /** `false`: what vacuum has to do is left to the server. Default `true`. */
  readonly isCalmed?: boolean;
}

const limitMs = 300_000;

/**
 * Fills a queue, starts workers, and takes the time from the first call of a handler to the last one, which is kind to engines that
 * settle late; then waits until nothing is unsettled, which counts for the CPU. The processes are new: they warm up within the
 * measurement, all alike.
 */
export async function measureDrain(
  stage: Stage,
  { taskType, jobs, processes, postmaster, isCalmed = true }: DrainOptions,
): Promise<Readonly<Record<string, number>>> {
  const { producer, contender } = stage;
  await fill(stage, taskType, jobs);
  await producer.call("settle", []);
  if (isCalmed) await stage.calm();

  const workers = Array.from({ length: processes }, stage.startProcess);
  try {
    await Promise.all(workers.map((worker) => worker.call("load", [])));
    const postgresBefore = postgresCpuUs(postmaster);
    await Promise.all(
      workers.map((worker) =>
        worker.call("startWorker", [contender.concurrency, contender.batch, [taskType]]),
      ),
    );
    await until(`the last of ${jobs} jobs`, async () => (await callsOf(workers)) >= jobs, {
      limitMs,
      everyMs: 50,
    });
    await until("nothing unsettled", async () => (await producer.call("countUnfinished", [taskType])) === 0, {
      limitMs: 30_000,
      everyMs: 5,
    });
    const postgresAfter = postgresCpuUs(postmaster);
    return toValues(await reportsOf(workers), {
      jobs,
      postgresUs: postgresBefore === null || postgresAfter === null ? null : postgresAfter - postgresBefore,
    });
  } finally {
    for (const worker of workers) await worker.kill();
  }
}

function toValues(
  reports: readonly CallReport[],
  { jobs, postgresUs }: { readonly jobs: number; readonly postgresUs: number | null },
): Readonly<Record<string, number>> {
  const began = reports.filter(({ calls }) => calls > 0);
  const firstAtMs = Math.min(...began.map((report) => report.firstAtMs));
  const lastAtMs = Math.max(...began.map((report) => report.lastAtMs));
  const sum = (of: (report: CallReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    jobs,
    perSecond: (jobs / (lastAtMs - firstAtMs)) * 1_000,
    nodeUsPerJob: sum(({ cpuUs }) => cpuUs) / jobs,
    ...(postgresUs === null ? {} : { postgresUsPerJob: postgresUs / jobs }),
    callsTooMany: sum(({ calls }) => calls) - jobs,
    peakRssMb: Math.max(...reports.map(({ peakRssMb }) => peakRssMb)),
  };
}

async function reportsOf(workers: readonly Child<ContenderDesk>[]): Promise<readonly CallReport[]> {
  return Promise.all(workers.map((worker) => worker.call("reportCalls", [])));
}

async function callsOf(workers: readonly Child<ContenderDesk>[]): Promise<number> {
  return (await reportsOf(workers)).reduce((sum, { calls }) => sum + calls, 0);
}
