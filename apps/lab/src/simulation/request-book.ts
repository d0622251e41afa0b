import type { EnqueueAnswer, Job, JobId, NewJob, ProcessingJob } from "@sluice/core";
import type { Payload } from "./tasks.js";

/** Every request has a number, in its payload: so what became of it can be told in the end. */
export interface RequestBook {
  newNumber(): number;
  /** It took effect in the store, outside of transactions; whether its client ever heard so is another matter. */
  noteEnqueued(requests: readonly NewJob[], answers: readonly EnqueueAnswer[]): void;
  /** What was to follow the job is not to follow any more. */
  noteCancelled(jobId: JobId): void;
  noteCommitted(requests: readonly number[]): void;
  noteRolledBack(requests: readonly number[]): void;
  /** A handler has begun. */
  noteRun(job: ProcessingJob, payload: Payload): void;
  /** What is wrong with the jobs that are there in the end. */
  check(jobs: readonly Job[]): readonly string[];
}

/** The last word that was accepted for a key. */
interface LastWord {
  readonly request: number;
  /** Of the job that was live then. */
  readonly jobId: JobId;
  isWithdrawn: boolean;
}

export function createRequestBook(violate: (law: string, detail: string) => void): RequestBook {
  let last = 0;
  const created = new Map<number, JobId>();
  const lastWords = new Map<string, LastWord>();
  const committed = new Set<number>();
  const rolledBack = new Set<number>();
  const runs = new Set<string>();

  function noteEffect({ payload, taskType, dedupe }: NewJob, { id, outcome }: EnqueueAnswer): void {
    const request = requestOf(payload);
    if (request === null || outcome === "kept") return;
    if (outcome === "created") created.set(request, id);
    if (dedupe !== null)
      lastWords.set(`${taskType}/${dedupe.key}`, { request, jobId: id, isWithdrawn: false });
  }

  return {
    newNumber() {
      last += 1;
      return last;
    },
    noteEnqueued(requests, answers) {
      for (const [index, request] of requests.entries()) {
        const answer = answers[index];
        if (answer !== undefined) noteEffect(request, answer);
      }
    },
    noteCancelled(jobId) {
      for (const word of lastWords.values()) if (word.jobId === jobId) word.isWithdrawn = true;
    },
    noteCommitted(requests) {
      for (const request of requests) committed.add(request);
    },
    noteRolledBack(requests) {
      for (const request of requests) rolledBack.add(request);
    },
    noteRun({ id, leaseNo, payload: stored }, payload) {
      const lease = `${id} under lease ${leaseNo}`;
      if (runs.has(lease)) violate("run", `${lease} was begun twice`);
      runs.add(lease);
      if (requestOf(stored) !== payload.request) violate("run", `${lease} got the payload of another job`);
    },
    check(jobs) {
      const ids = new Set(jobs.map(({ id }) => id));
      const present = new Set(jobs.map(({ payload }) => requestOf(payload)));
      const faults: string[] = [];
      for (const [request, id] of created)
        if (!ids.has(id)) faults.push(`request ${request} made job ${id}, which is not there`);
      for (const [key, { request, isWithdrawn }] of lastWords)
        if (!present.has(request) && !isWithdrawn)
          faults.push(`request ${request}, the last word for ${key}, was forgotten`);
      for (const request of committed)
        if (!present.has(request)) faults.push(`request ${request} was committed, and made no job`);
      for (const request of rolledBack)
        if (present.has(request)) faults.push(`request ${request} was rolled back, and made a job`);
      return faults;
    },
  };
}

function requestOf(payload: unknown): number | null {
  return typeof payload === "object" &&
    payload !== null &&
    "request" in payload &&
    typeof payload.request === "number"
    ? payload.request
    : null;
}
