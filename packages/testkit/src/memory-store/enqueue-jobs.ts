import {
  decideEnqueue,
  defaultJobPolicy,
  type EnqueueAnswer,
  type JobId,
  type LiveJob,
  type NewJob,
  newJob,
  toReplacement,
} from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import { insertJob, type Tables } from "./tables.js";

/** What each request would be answered, one after another; nothing is written. Throws when an id is taken. */
export function answerRequests(tables: Tables, requests: readonly NewJob[]): readonly EnqueueAnswer[] {
  const made = new Map<string, LiveJob>();
  const ids = new Set<JobId>();
  return requests.map((request) => {
    const { id, taskType, dedupe } = request;
    const key = dedupe === null ? null : JSON.stringify([taskType, dedupe.key]);
    const live =
      dedupe === null || key === null
        ? null
        : (made.get(key) ?? tables.jobs.liveWithKey(taskType, dedupe.key));
    const outcome = decideEnqueue(live, dedupe?.mode ?? "keep");
    if (live !== null) return { id: live.id, outcome };
    if (ids.has(id) || tables.jobs.row(id) !== undefined) throw new Error(`there is a job ${id} already`);
    ids.add(id);
    if (key !== null) made.set(key, newJob(request, tables.now()));
    return { id, outcome };
  });
}

export function enqueueJobs(tables: Tables, requests: readonly NewJob[]): readonly EnqueueAnswer[] {
  const answers = answerRequests(tables, requests);
  for (const [index, request] of requests.entries()) writeRequest(tables, request, answers[index]);
  return answers;
}

function writeRequest(tables: Tables, request: NewJob, answer: EnqueueAnswer | undefined): void {
  if (answer === undefined || answer.outcome === "kept") return;
  const now = tables.now();
  if (answer.outcome === "created") {
    insertJob(tables, newJob(request, now));
    return;
  }
  const live = tables.jobs.get(answer.id);
  if (live === undefined) throw new Error(`there is no job ${answer.id}`);
  applyEvent(
    tables,
    live,
    { type: "replaced", replacement: toReplacement(request, now) },
    { policy: defaultJobPolicy },
  );
  // It may be due at another time than whoever sleeps knows of.
  if (answer.outcome === "replaced") tables.bell.jobsReady(request.taskType);
}
