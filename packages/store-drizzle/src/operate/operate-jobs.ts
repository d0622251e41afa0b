import {
  defaultJobPolicy,
  type Job,
  type JobEvent,
  type JobId,
  type OperateAnswer,
  type Wake,
} from "@sluice/core";
import { applyDecisions } from "../decisions/apply-decisions.js";
import { decide, isRejected } from "../decisions/decide.js";
import { lockFinishedJob, lockLiveJobs } from "../decisions/lock-jobs.js";
import { findLiveByKey } from "../enqueue/find-live-by-key.js";
import { errorCode } from "../sql/database-error.js";
import { replay } from "../sql/replay.js";
import type { Session } from "../sql/session.js";

export interface Operated {
  readonly answer: OperateAnswer;
  readonly wakes: readonly Wake[];
}

/** A waiting job ends at once; a running one is asked to. */
export function cancelJob(session: Session, jobId: JobId): Promise<Operated> {
  return replay(() =>
    session.transaction((tx) => operate(tx, jobId, async () => ({ type: "cancel-requested" }))),
  );
}

/** Takes a terminal job that did not complete back to `pending`. */
export async function retryJob(session: Session, jobId: JobId): Promise<Operated> {
  return replay(async () => {
    try {
      return await session.transaction((tx) => operate(tx, jobId, (job) => retryRequest(tx, job)));
    } catch (error) {
      // Somebody took the key between our look and our write. The next look sees that.
      if (errorCode(error) === "23505")
        return session.transaction((tx) => operate(tx, jobId, (job) => retryRequest(tx, job)));
      throw error;
    }
  });
}

async function retryRequest(tx: Session, { taskType, dedupeKey }: Job): Promise<JobEvent> {
  const live = dedupeKey === null ? [] : await findLiveByKey(tx, [{ taskType, key: dedupeKey }]);
  return { type: "retry-requested", keyIsLive: live.length > 0 };
}

async function operate(
  tx: Session,
  jobId: JobId,
  eventOf: (job: Job) => Promise<JobEvent>,
): Promise<Operated> {
  const locked =
    (await lockLiveJobs(tx, [jobId])) ??
    (await lockFinishedJob(tx, jobId)) ??
    (await lockLiveJobs(tx, [jobId]));
  const job = locked?.jobs[0];
  if (locked === null || job === undefined) return { answer: { type: "not-found" }, wakes: [] };
  const verdict = decide(job, await eventOf(job), { policy: defaultJobPolicy, now: locked.now });
  if (isRejected(verdict))
    return { answer: { type: "refused", reason: verdict.rejected, status: job.status }, wakes: [] };
  const wakes = await applyDecisions(tx, [verdict], locked.now);
  return { answer: { type: "done", job: verdict.after }, wakes };
}
