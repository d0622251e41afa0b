import { type JobId, type JobStore, taskGateKey } from "@sluice/core";
import { enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import type { DrizzleTransaction } from "@sluice/store-drizzle";

/** People who do what people do while everything breaks. What they do is recorded by the store that they are given. */
export interface Operators {
  pause(forMs: number): Promise<unknown>;
  resume(): Promise<unknown>;
  cancelLatest(): Promise<unknown>;
  retryFailed(): Promise<unknown>;
}

export function createOperators(
  store: JobStore<DrizzleTransaction>,
  acknowledged: readonly JobId[],
): Operators {
  const gate = taskGateKey(enrichEntitySummaryKeywords.type);
  return {
    pause: (forMs) => store.pauseGate(gate, { forMs }),
    resume: () => store.resumeGate(gate),
    cancelLatest: async () => {
      const id = acknowledged.at(-1);
      if (id !== undefined) await store.cancel(id);
    },
    retryFailed: async () => {
      const statuses = ["failed_ai", "failed_job_logic", "cancelled"] as const;
      const { jobs } = await store.listJobs({ statuses, limit: 1 });
      for (const { id } of jobs) await store.retry(id);
    },
  };
}
