import {
  type Attempt,
  type EpochMs,
  type FinishedJob,
  isTerminalStatus,
  type Job,
  type JobEffect,
  type LiveJob,
  successorOf,
  type Wake,
} from "@sluice/core";
import { insertJobs } from "../enqueue/insert-jobs.js";
import { toFinishedRecord, toLiveRecord } from "../rows/job-record.js";
import type { Session } from "../sql/session.js";
import type { Statement } from "../sql/statement.js";
import type { Decided } from "./decide.js";
import { moveToFinished } from "./move-to-finished.js";
import { moveToLive } from "./move-to-live.js";
import { recordAttempts, toAttemptRecord } from "./record-attempts.js";
import { setTargetStatuses } from "./set-target-statuses.js";
import { writeLiveJobs } from "./write-live-jobs.js";

/**
 * The room where decisions are written: job rows, in place or moved, ledger, successors, targets' statuses. The caller holds the
 * jobs' locks, has `now` from that statement, and changes gates afterwards, as the last of its transaction. Answers what to
 * wake once that is committed.
 */
export async function applyDecisions(
  session: Session,
  decided: readonly Decided[],
  now: EpochMs,
): Promise<readonly Wake[]> {
  const runs = decided.map((one) => ({ ...one, run: endedRunOf(one, now) }));
  const isLive = decided.filter(
    (one): one is Decided & { after: LiveJob } => !isTerminalStatus(one.after.status),
  );
  const [moved, stayed] = partition(isLive, ({ before }) => isTerminalStatus(before.status));

  await writeRows(
    session,
    writeLiveJobs,
    stayed.map(({ before, after }) => toLiveRecord(before, after, now)),
  );
  await writeRows(
    session,
    moveToLive,
    moved.map(({ before, after }) => toLiveRecord(before, after, now)),
  );
  await writeRows(
    session,
    moveToFinished,
    runs.flatMap(({ after, run }) =>
      isFinished(after) ? [toFinishedRecord(after, run?.attempt ?? null)] : [],
    ),
  );
  await writeRows(
    session,
    recordAttempts,
    runs.flatMap(({ after, run }) =>
      run === null || isFinished(after) ? [] : [toAttemptRecord(run.attempt, run.claimNonce, after)],
    ),
  );
  await createSuccessors(session, decided);
  await writeRows(session, setTargetStatuses, decided.flatMap(targetRecordsOf), now);
  return decided.flatMap((one) => wakesOf(one, now));
}

async function writeRows(
  session: Session,
  statement: Statement<unknown>,
  records: readonly object[],
  ...rest: readonly number[]
): Promise<void> {
  if (records.length > 0) await session.run(statement, JSON.stringify(records), ...rest);
}

/** The ledger entry that the decision asks for; who ran the job, and under which nonce, stands in the job as it was. */
function endedRunOf(
  { before, effects, usage }: Decided,
  now: EpochMs,
): { attempt: Attempt; claimNonce: number } | null {
  const recorded = effects.find((effect) => effect.type === "record-attempt");
  if (recorded === undefined || before.status !== "processing") return null;
  const { leaseNo, outcome, failure } = recorded;
  const { workerId, claimedAt, claimNonce } = before.lease;
  return {
    attempt: { jobId: before.id, leaseNo, outcome, workerId, claimedAt, endedAt: now, failure, usage },
    claimNonce,
  };
}

/** The ended jobs have left the table of live ones by now, and their keys with them. */
async function createSuccessors(session: Session, decided: readonly Decided[]): Promise<void> {
  const successors = decided.flatMap(({ before, effects }) =>
    effects.flatMap((effect) =>
      effect.type === "create-successor" && isLiveJob(before) ? [successorOf(before, effect.request)] : [],
    ),
  );
  if (successors.length > 0) await insertJobs(session, successors);
}

function targetRecordsOf({ before, effects }: Decided) {
  return effects.flatMap((effect) =>
    effect.type === "set-target-status"
      ? [
          {
            target_type: effect.target.type,
            target_id: effect.target.id,
            task_type: before.taskType,
            job_id: before.id,
            status: effect.status,
          },
        ]
      : [],
  );
}

function wakesOf({ after, effects }: Decided, now: EpochMs): readonly Wake[] {
  const isDue = "dueAt" in after && after.status !== "processing" && after.dueAt <= now;
  const isFollowed = effects.some(({ type }) => type === "create-successor");
  const wakes: readonly Wake[] = isDue || isFollowed ? [{ type: "jobs", taskTypes: [after.taskType] }] : [];
  return [...wakes, ...effects.flatMap((effect) => wakesOfEffect(after, effect))];
}

function wakesOfEffect({ id }: Job, effect: JobEffect): readonly Wake[] {
  return effect.type === "abort-run" ? [{ type: "cancel", workerId: effect.workerId, jobId: id }] : [];
}

function isFinished(job: Job): job is FinishedJob {
  return isTerminalStatus(job.status);
}

function isLiveJob(job: Job): job is LiveJob {
  return !isTerminalStatus(job.status);
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
