import { type InspectStore, isWaitingStatus, type Job, type WaitingJob, waitingStatuses } from "@sluice/core";

/** The jobs that wait, of one task type or of all, oldest first. */
export async function listWaiting(
  store: Pick<InspectStore, "listJobs">,
  taskType?: string,
): Promise<readonly WaitingJob[]> {
  const query = {
    statuses: waitingStatuses,
    limit: 1_000,
    ...(taskType === undefined ? {} : { taskType }),
  };
  const newestFirst: Job[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.listJobs(cursor === null ? query : { ...query, cursor });
    newestFirst.push(...page.jobs);
    cursor = page.next;
  } while (cursor !== null);
  return newestFirst.filter((job): job is WaitingJob => isWaitingStatus(job.status)).reverse();
}
