import type { FailedJob, Job, JobId } from "@sluice/core";
import { callsOf, type HistoryEvent } from "@sluice/testkit";
import type { BookEntry } from "../provider/provider-book.js";

/** A job that did not complete, and nothing that was done to it in this run is a reason for that. */
export interface UnexplainedEnd {
  readonly invariant: "explained-end";
  readonly jobId: JobId;
  readonly message: string;
}

/** What this run has done that may end a job. */
interface Causes {
  readonly events: readonly HistoryEvent[];
  readonly book: readonly BookEntry[];
}

/**
 * Only two things here end a job without a result: an operator cancels it, or the provider answers nonsense twice. Refusals,
 * outages and hanging calls put it off; a killed worker costs one attempt, and there are more than any job will need.
 */
export function checkEnds(jobs: readonly Job[], { events, book }: Causes): readonly UnexplainedEnd[] {
  const cancelled = new Set(callsOf({ events }, "cancel").map(({ asked }) => asked.jobId));
  const failed = jobs.filter(isFailed);
  const byNonsense = failed.filter(isForNonsense);
  const garbled = book.reduce((sum, entry) => sum + entry.garbled, 0);
  // Each of them has read at least one such answer, to a question of its own.
  const tooMany = byNonsense.length > garbled ? byNonsense : [];
  return [
    ...jobs
      .filter(({ id, status }) => status === "cancelled" && !cancelled.has(id))
      .map(({ id }) => unexplained(id, "is cancelled, and nobody asked for that")),
    ...failed
      .filter((job) => !isForNonsense(job))
      .map(({ id, status, lastFailure: { code, message } }) =>
        unexplained(id, `is ${status}, and nothing in this run explains it: ${code}: ${message}`),
      ),
    ...tooMany.map(({ id, status }) =>
      unexplained(
        id,
        `is ${status} for nonsense, as ${byNonsense.length} are; the provider answered it ${garbled} times`,
      ),
    ),
  ];
}

function isFailed(job: Job): job is FailedJob {
  return job.status.startsWith("failed_");
}

function isForNonsense({ status, lastFailure }: FailedJob): boolean {
  return status === "failed_ai" && lastFailure.code === "output_invalid";
}

function unexplained(jobId: JobId, message: string): UnexplainedEnd {
  return { invariant: "explained-end", jobId, message };
}
