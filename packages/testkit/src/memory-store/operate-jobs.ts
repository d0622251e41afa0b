import { defaultJobPolicy, type Job, type JobEvent, type JobId, type OperateAnswer } from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import type { Tables } from "./tables.js";

export function cancelJob(tables: Tables, jobId: JobId): OperateAnswer {
  return operate(tables, jobId, () => ({ type: "cancel-requested" }));
}

export function retryJob(tables: Tables, jobId: JobId): OperateAnswer {
  return operate(tables, jobId, ({ id, taskType, dedupeKey }) => {
    const live = dedupeKey === null ? null : tables.jobs.liveWithKey(taskType, dedupeKey);
    return { type: "retry-requested", keyIsLive: live !== null && live.id !== id };
  });
}

function operate(tables: Tables, jobId: JobId, eventOf: (job: Job) => JobEvent): OperateAnswer {
  const job = tables.jobs.get(jobId);
  if (job === undefined) return { type: "not-found" };
  const applied = applyEvent(tables, job, eventOf(job), { policy: defaultJobPolicy });
  tables.bell.ring();
  return applied.outcome === "accepted"
    ? { type: "done", job: applied.job }
    : { type: "refused", reason: applied.reason, status: job.status };
}
