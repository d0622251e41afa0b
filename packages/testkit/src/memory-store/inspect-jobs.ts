import type {
  CountQuery,
  Job,
  JobCount,
  JobPage,
  JobQuery,
  JobStatus,
  TargetRef,
  TargetStatus,
} from "@sluice/core";
import type { Tables } from "./tables.js";

/** The cursor is the place of the page's last job in the order of enqueueing. */
export function listJobs(tables: Tables, query: JobQuery): JobPage {
  const { limit, cursor } = query;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1_000))
    throw new RangeError(`the limit of a page is 1 to 1,000, got ${limit}`);
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    throw new RangeError(`not a cursor of a page of jobs: ${JSON.stringify(cursor.slice(0, 60))}`);
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
  const rows = tables.jobs.newestFirst().filter(({ job, order }) => order < before && matches(job, query));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    jobs: page.map(({ job }) => job),
    next: last !== undefined && rows.length > page.length ? String(last.order) : null,
  };
}

function matches(job: Job, { statuses, taskType, target }: Omit<JobQuery, "limit">): boolean {
  return (
    (statuses === undefined || statuses.includes(job.status)) &&
    (taskType === undefined || job.taskType === taskType) &&
    (target === undefined || (job.target?.type === target.type && job.target.id === target.id))
  );
}

export function countJobs(tables: Tables, query: CountQuery = {}): readonly JobCount[] {
  const counts = new Map<string, Map<JobStatus, number>>();
  for (const { job } of tables.jobs.newestFirst()) {
    if (!matches(job, query)) continue;
    const ofType = counts.get(job.taskType) ?? new Map<JobStatus, number>();
    counts.set(job.taskType, ofType.set(job.status, (ofType.get(job.status) ?? 0) + 1));
  }
  return [...counts].flatMap(([type, ofType]) =>
    [...ofType].map(([status, count]) => ({ taskType: type, status, count })),
  );
}

/** `processing` is never written: it is what the job that stands for the target is doing now. */
export function getTargetStatus(tables: Tables, target: TargetRef, taskType: string): TargetStatus | null {
  const stored = tables.targetStatuses.get(target, taskType);
  const job = stored === null ? undefined : tables.jobs.get(stored.jobId);
  return job?.status === "processing"
    ? { status: "processing", jobId: job.id, changedAt: job.lease.claimedAt }
    : stored;
}
