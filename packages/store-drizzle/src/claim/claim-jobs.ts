import {
  addMs,
  type ClaimAnswer,
  type ClaimRequest,
  compareClaimOrder,
  type EpochMs,
  FOREVER,
  type ProcessingJob,
} from "@sluice/core";
import type { Session } from "../sql/session.js";
import { promoteJobs } from "../upkeep/promote-jobs.js";
import { claimUnpacedJobs, type TaskLimits } from "./claim-unpaced.js";
import { claimJobsWithPermits } from "./claim-with-permits.js";
import { type Outlook, readOutlooks } from "./look-ahead.js";
import type { LookDebt } from "./look-debt.js";
import type { LowWater } from "./low-water.js";
import type { PacedTypes } from "./paced-types.js";
import { readPermits } from "./read-permits.js";
import { sharePermits } from "./share-permits.js";

/** Claims of other workers change the gates between our look and our claim; so often is looked again. */
const maxLooks = 5;
/** When others are always faster, they leave us nothing now, and something soon. */
const busyGateMs = 20;
/** When fewer jobs were there than were asked for. What comes within that time goes together. */
const askAgainInMs = 5;
/** One to claim, one more for what came due, or turned out to need permits, meanwhile. */
const maxRounds = 3;

/** What this process knows and claims go by; to be wrong costs time only. */
export interface ClaimMemory {
  readonly paced: PacedTypes;
  readonly lowWater: LowWater;
  readonly debt: LookDebt;
}

/** Where a claim stands: what it has, and when asking again may bring more. */
interface Progress {
  readonly jobs: readonly ProcessingJob[];
  readonly nextPermitAt: ReadonlyMap<string, EpochMs | null>;
}

export async function claimJobs(
  session: Session,
  memory: ClaimMemory,
  request: ClaimRequest,
): Promise<ClaimAnswer> {
  const { paced, debt } = memory;
  const unknown = paced.unknownOf(request.tasks.map(({ taskType }) => taskType));
  let seen = debt.isDue || unknown.length > 0 ? await look(session, memory, request) : null;
  for (let round = 1; ; round++) {
    const progress = await claimRound(session, memory, request);
    if (progress.jobs.length > 0) {
      // They need not wait for a look at what comes next: whoever has begun them asks again.
      const isFilled = tasksLeft(request, progress.jobs).length === 0;
      debt.noteClaim({ isFilled });
      return { jobs: inOrder(request, progress.jobs), retryInMs: isFilled ? null : askAgainInMs };
    }
    if (seen === null || seen.hasNews) {
      seen = await look(session, memory, request);
      if (seen.hasNews && round < maxRounds) continue;
    }
    return { jobs: [], retryInMs: soonest(seen.outlooks, progress, memory.lowWater) };
  }
}

/** What a look has found, and whether a claim after it may find more than one before. */
interface Seen {
  readonly outlooks: readonly Outlook[];
  readonly hasNews: boolean;
}

/** Looks what comes next, and makes ready what is due. */
async function look(
  session: Session,
  { paced, lowWater, debt }: ClaimMemory,
  request: ClaimRequest,
): Promise<Seen> {
  const asked = tasksLeft(request, []).map(({ taskType }) => taskType);
  const outlooks = await readOutlooks(session, lowWater, asked);
  const isNews = paced.learn(outlooks);
  const due = outlooks.filter(
    ({ closedUntil, nextDueAt, now }) => closedUntil === null && nextDueAt !== null && nextDueAt <= now,
  );
  const taskTypes = due.map(({ taskType }) => taskType);
  const promoted = due.length === 0 ? [] : await promoteJobs(session, { limit: request.limit, taskTypes });
  debt.notePaid();
  return { outlooks, hasNews: isNews || promoted.length > 0 };
}

/**
 * The types whose gates need permits and the others, beginning with the kind of the first. So a type may be served before one that was
 * named before it; but the first one never waits, and the caller rotates who is first: no kind can starve the other.
 */
async function claimRound(
  session: Session,
  { paced, lowWater }: ClaimMemory,
  request: ClaimRequest,
): Promise<Progress> {
  const [first] = request.tasks;
  const isFirstPaced = first !== undefined && paced.has(first.taskType);
  let progress: Progress = { jobs: [], nextPermitAt: new Map() };
  for (const isPaced of [isFirstPaced, !isFirstPaced]) {
    const tasks = tasksLeft(request, progress.jobs).filter(({ taskType }) => paced.has(taskType) === isPaced);
    if (tasks.length === 0) continue;
    const wanted = { tasks, limit: request.limit - progress.jobs.length };
    const claimed = await unlessTaken(progress.jobs, () =>
      isPaced
        ? claimPaced(session, lowWater, request, wanted)
        : claimUnpacedJobs(session, lowWater, request, wanted).then((jobs) => ({ ...progress, jobs })),
    );
    if (claimed === null) break;
    progress = { jobs: [...progress.jobs, ...claimed.jobs], nextPermitAt: claimed.nextPermitAt };
  }
  return progress;
}

/** What has been taken is answered, whatever fails behind it; the next claim meets that failure, too. */
async function unlessTaken<Answer>(
  taken: readonly ProcessingJob[],
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (taken.length === 0) throw error;
    return null;
  }
}

/** Looks again when others were faster, and when a type had fewer jobs than permits, which the next ones may have then. */
async function claimPaced(
  session: Session,
  lowWater: LowWater,
  request: ClaimRequest,
  asked: { readonly tasks: TaskLimits; readonly limit: number },
): Promise<Progress> {
  const jobs: ProcessingJob[] = [];
  const nextPermitAt = new Map<string, EpochMs | null>();
  let { tasks } = asked;
  for (let looks = 0; looks < maxLooks && tasks.length > 0; looks++) {
    const taskTypes = tasks.map(({ taskType }) => taskType);
    const permits = await unlessTaken(jobs, () => readPermits(session, taskTypes));
    if (permits === null) break;
    const shares = sharePermits(permits, { tasks, limit: asked.limit - jobs.length });
    for (const { taskType } of tasks) nextPermitAt.set(taskType, shares.nextPermitAt.get(taskType) ?? null);
    if (shares.tasks.length === 0) break;
    const taken = await unlessTaken(jobs, () => claimJobsWithPermits(session, lowWater, request, shares));
    if (taken === null) {
      for (const { taskType } of shares.tasks) nextPermitAt.set(taskType, addMs(permits.now, busyGateMs));
      continue;
    }
    jobs.push(...taken);
    const isExhausted = (share: TaskLimits[number]): boolean =>
      taken.filter(({ taskType }) => taskType === share.taskType).length < share.limit;
    if (!shares.tasks.some(isExhausted)) break;
    const served = new Set(shares.tasks.map(({ taskType }) => taskType));
    tasks = tasks.filter(({ taskType }) => !served.has(taskType));
  }
  return { jobs, nextPermitAt };
}

/** What of the request is still open. */
function tasksLeft({ tasks, limit }: ClaimRequest, jobs: readonly ProcessingJob[]): TaskLimits {
  if (jobs.length >= limit) return [];
  const taken = new Map<string, number>();
  for (const { taskType } of jobs) taken.set(taskType, (taken.get(taskType) ?? 0) + 1);
  return tasks
    .map((task) => ({ taskType: task.taskType, limit: task.limit - (taken.get(task.taskType) ?? 0) }))
    .filter((task) => task.limit > 0);
}

/** In the order in which the index has served them, which `returning` does not keep. */
function inOrder({ tasks }: ClaimRequest, jobs: readonly ProcessingJob[]): readonly ProcessingJob[] {
  const place = new Map(tasks.map(({ taskType }, index) => [taskType, index]));
  const placeOf = ({ taskType }: ProcessingJob): number => place.get(taskType) ?? 0;
  return jobs.toSorted((one, other) => placeOf(one) - placeOf(other) || compareClaimOrder(one, other));
}

function soonest(
  outlooks: readonly Outlook[],
  { nextPermitAt }: Progress,
  lowWater: LowWater,
): number | null {
  const waits = outlooks.flatMap((outlook) => {
    const at = nextAt(outlook, nextPermitAt.get(outlook.taskType) ?? null);
    const waitMs = at === null || at >= FOREVER ? null : at - outlook.now;
    const lookMs = outlook.closedUntil === null ? lowWater.wholeLookInMs(outlook.taskType) : null;
    return [waitMs, lookMs].flatMap((ms) => (ms === null ? [] : [Math.max(1, Math.ceil(ms))]));
  });
  return waits.length === 0 ? null : Math.min(...waits);
}

function nextAt(
  { closedUntil, hasReady, nextDueAt, now }: Outlook,
  nextPermitAt: EpochMs | null,
): EpochMs | null {
  if (hasReady) return closedUntil ?? nextPermitAt;
  if (nextDueAt === null) return null;
  return nextDueAt < (closedUntil ?? now) ? (closedUntil ?? now) : nextDueAt;
}
