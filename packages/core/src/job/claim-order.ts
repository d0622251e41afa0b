import type { EpochMs } from "../time.js";
import type { Job, WaitingJob } from "./job.js";
import { isWaitingStatus } from "./job-status.js";

type Claimable = Pick<WaitingJob, "id" | "priority" | "dueAt">;

/** Due, and not past its deadline. Whether its gates are open is another question. */
export function isReady(job: Job, now: EpochMs): job is WaitingJob {
  return (
    isWaitingStatus(job.status) &&
    "dueAt" in job &&
    job.dueAt <= now &&
    (job.deadlineAt === null || job.deadlineAt > now)
  );
}

/** Which of two jobs of a task type goes first: by priority, due time, id. */
export function compareClaimOrder(one: Claimable, other: Claimable): number {
  return one.priority - other.priority || one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1);
}
