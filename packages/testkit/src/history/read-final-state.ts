import type { Attempt, Job, JobPage, JobStore } from "@sluice/core";
import type { FinalState } from "./history.js";

/** Everything that is in the store, with the ledgers. */
export async function readFinalState<Tx>(
  store: JobStore<Tx>,
): Promise<Pick<FinalState, "jobs" | "attempts">> {
  const jobs: Job[] = [];
  let page: JobPage = await store.listJobs({ limit: 1_000 });
  jobs.push(...page.jobs);
  while (page.next !== null) {
    page = await store.listJobs({ limit: 1_000, cursor: page.next });
    jobs.push(...page.jobs);
  }
  const attempts: Attempt[] = [];
  for (const { id } of jobs) attempts.push(...(await store.listAttempts(id)));
  return { jobs, attempts };
}
