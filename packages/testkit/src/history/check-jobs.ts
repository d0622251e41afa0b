import { isTerminalStatus, type JobId } from "@sluice/core";
import { callsOf, type History } from "./history.js";
import { type Violation, violation } from "./violation.js";

/** Every job that was made is there, or was deleted; and no other is. */
export function checkJobsAccountedFor(history: History): readonly Violation[] {
  const present = new Set(history.final.jobs.map(({ id }) => id));
  const asked = new Set<JobId>();
  const made = new Set<JobId>();
  for (const call of callsOf(history, "enqueue")) {
    for (const id of call.asked.ids) asked.add(id);
    // What a transaction made is there only if it was committed.
    if (call.answer === null || call.asked.inTransaction) continue;
    for (const { id, outcome } of call.answer) if (outcome === "created") made.add(id);
  }
  const deleted = callsOf(history, "maintain")
    .map(({ answer, answeredAt }) =>
      answeredAt === null ? Number.POSITIVE_INFINITY : (answer?.deleted ?? 0),
    )
    .reduce((sum, count) => sum + count, 0);
  const missing = [...made].filter((id) => !present.has(id));
  const unknown = [...present].filter((id) => !asked.has(id));
  return [
    ...(missing.length > deleted ? missing : []).map((id) =>
      violation("accounted-for", id, "was made, and is not there (nor are so many deleted)"),
    ),
    ...unknown.map((id) => violation("accounted-for", id, "is there, and nobody enqueued it")),
  ];
}

export function checkAllEnded({ final }: History): readonly Violation[] {
  return final.jobs
    .filter(({ status }) => !isTerminalStatus(status))
    .map(({ id, status }) => violation("ended", id, `is still ${status}`));
}

/** One live job per key and task type. */
export function checkLiveKeys({ final }: History): readonly Violation[] {
  const live = new Map<string, JobId>();
  return final.jobs.flatMap(({ id, taskType, dedupeKey, status }) => {
    if (dedupeKey === null || isTerminalStatus(status)) return [];
    const key = JSON.stringify([taskType, dedupeKey]);
    const other = live.get(key);
    live.set(key, id);
    return other === undefined
      ? []
      : [violation("one-live-job-per-key", id, `has the key ${key} of job ${other}, which is live, too`)];
  });
}
