import type { EndedRun, Wake } from "@sluice/core";
import type { WorkerStore } from "../worker/worker-options.js";

/** A store as a worker sees it, with a look at what its claims are answered. */
export interface WatchedClaims<Tx> {
  readonly store: WorkerStore<Tx>;
  /** What the latest claim said: when asking again may bring more; `null`: not by time. */
  readonly retryInMs: number | null;
  /** Makes the worker ask again. */
  wake(): void;
}

export function watchClaims<Tx>(
  store: WorkerStore<Tx>,
  {
    taskTypes,
    onCommitted,
  }: {
    readonly taskTypes: readonly string[];
    /** The store has answered; the worker has not heard of it yet. */
    readonly onCommitted: (runs: readonly EndedRun<Tx>[]) => Promise<void>;
  },
): WatchedClaims<Tx> {
  let retryInMs: number | null = null;
  let tellWorker: (wake: Wake) => void = () => undefined;
  return {
    get retryInMs() {
      return retryInMs;
    },
    wake: () => tellWorker({ type: "jobs", taskTypes }),
    store: {
      supports: { ...store.supports, notifications: true },
      claim: async (request) => {
        const answer = await store.claim(request);
        ({ retryInMs } = answer);
        return answer;
      },
      listen: async (onWake) => {
        tellWorker = onWake;
        return store.supports.notifications ? await store.listen(onWake) : async () => undefined;
      },
      renew: (request) => store.renew(request),
      commit: async (runs) => {
        const answers = await store.commit(runs);
        await onCommitted(runs);
        return answers;
      },
      putTaskGates: (taskType, gates) => store.putTaskGates(taskType, gates),
      putWorker: (worker) => store.putWorker(worker),
      removeWorker: (workerId) => store.removeWorker(workerId),
      maintain: (request) => store.maintain(request),
    },
  };
}
