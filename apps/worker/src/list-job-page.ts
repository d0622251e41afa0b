import type { Job, JobPage, JobQuery, JobStore } from "@sluice/core";
import { jsonJob } from "./json-views.js";

/** What is read at once: payload and result of a job may have 1 MiB each. */
const stepJobs = 50;
const maxPageBytes = 4 * 1024 * 1024;

/**
 * A page of jobs that ends after `limit` of them, or after the first that brings it to 4 MiB of JSON: `next` leads on from there. Holds
 * the jobs of one step beside the page.
 */
export async function listJobPage<Tx>(
  store: Pick<JobStore<Tx>, "listJobs">,
  query: JobQuery,
): Promise<JobPage> {
  const jobs: Job[] = [];
  let bytes = 0;
  let cursor: JobQuery["cursor"] | null = query.cursor ?? null;
  do {
    const limit = Math.min(stepJobs, query.limit - jobs.length);
    const step: JobPage = await store.listJobs({ ...query, limit, ...(cursor !== null && { cursor }) });
    for (const job of step.jobs) {
      jobs.push(job);
      bytes += Buffer.byteLength(JSON.stringify(jsonJob(job)));
      const isLast = job === step.jobs.at(-1);
      if (bytes >= maxPageBytes) return { jobs, next: isLast ? step.next : job.id };
    }
    cursor = step.next;
  } while (cursor !== null && jobs.length < query.limit);
  return { jobs, next: cursor };
}
