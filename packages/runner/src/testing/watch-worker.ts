import type { Worker } from "../worker/create-worker.js";

/** What a worker does, as a test follows it. */
export interface WorkerWatch {
  /** Resolves at the next claim that brings nothing while nothing runs. Rejects when the store fails, or at too many runs. */
  nextIdle(): Promise<void>;
}

export function watchWorker(worker: Worker, { maxRuns }: { readonly maxRuns: number }): WorkerWatch {
  let runs = 0;
  let failure: Error | null = null;
  let onIdle: () => void = () => undefined;
  let onFailure: (error: Error) => void = () => undefined;

  function fail(message: string, cause?: unknown): void {
    failure ??= new Error(message, { cause });
    onFailure(failure);
  }

  worker.on("polled", ({ claimed, sleepMs }) => {
    const { running, uncommitted } = worker.status;
    // One that asks again at once has been told meanwhile that there may be more.
    if (sleepMs !== null && claimed + running + uncommitted === 0) onIdle();
  });
  worker.on("claimed", ({ job }) => {
    runs += 1;
    if (runs > maxRuns) fail(`after ${maxRuns} runs jobs are left still, ${job.taskType} among them`);
  });
  worker.on("store-failed", ({ error }) => fail(`the store failed: ${String(error)}`, error));
  worker.on("out-of-slots", ({ stuck }) =>
    fail(`${stuck} handlers ignore their signals: nothing more can be run beside them`),
  );
  worker.on("fault", ({ error }) => fail(`the worker failed: ${String(error)}`, error));

  return {
    nextIdle: () =>
      new Promise((resolve, reject) => {
        onIdle = resolve;
        onFailure = reject;
        if (failure !== null) reject(failure);
      }),
  };
}
