import {
  decideEnqueue,
  defaultJobPolicy,
  type EnqueueAnswer,
  type EnqueueOutcome,
  type EpochMs,
  type JobId,
  type LiveJob,
  type NewJob,
  toReplacement,
  type Wake,
} from "@sluice/core";
import { applyDecisions } from "../decisions/apply-decisions.js";
import { decide, isRejected } from "../decisions/decide.js";
import type { Session } from "../sql/session.js";
import { findLiveByKey, type LiveKey, lockLiveByKey } from "./find-live-by-key.js";
import { asAlike, insertAlike } from "./insert-alike.js";
import { insertJobs } from "./insert-jobs.js";

/** So many times a live job may vanish between "there is one" and the look at it before something else is wrong. */
const maxRounds = 20;

/** A request and its place in the batch. */
interface Asked {
  readonly place: number;
  readonly request: NewJob;
}

/** Requests with one key, or one without: they are answered one after another. */
interface Group {
  readonly key: LiveKey | null;
  readonly asked: readonly Asked[];
}

export interface Enqueued {
  readonly answers: readonly EnqueueAnswer[];
  readonly wakes: readonly Wake[];
}

/**
 * Makes or changes jobs in the session that it is given. That one must be a transaction, unless there is only one request, or
 * only ones that have nothing to do with one another and change no live job.
 */
export async function enqueueJobs(session: Session, requests: readonly NewJob[]): Promise<Enqueued> {
  const alike = asAlike(requests);
  if (alike === null) return enqueueByKey(session, requests);
  await insertAlike(session, alike);
  return {
    answers: requests.map(({ id }) => ({ id, outcome: "created" })),
    wakes: [{ type: "jobs", taskTypes: [alike.common.taskType] }],
  };
}

async function enqueueByKey(session: Session, requests: readonly NewJob[]): Promise<Enqueued> {
  const answers = new Map<number, EnqueueAnswer>();
  let open = groupByKey(requests);
  for (let round = 0; open.length > 0; round++) {
    if (round === maxRounds)
      throw new Error("jobs with the same keys come and go faster than this one can be enqueued");
    const made = await insertJobs(
      session,
      open.flatMap(({ asked }) => asked.slice(0, 1).map(({ request }) => request)),
    );
    open = open.flatMap((group) => withoutMade(group, made, answers));
    open = await answerFromLive(session, open, answers);
  }
  const taskTypes = [
    ...new Set([...answers].flatMap(([place, { outcome }]) => typesToWake(requests[place], outcome))),
  ];
  return {
    answers: requests.map((request, place) => answers.get(place) ?? { id: request.id, outcome: "created" }),
    wakes: taskTypes.length === 0 ? [] : [{ type: "jobs", taskTypes }],
  };
}

/** Whether any of the requests may change a live job, which takes a lock, and so a transaction. */
export function mayReplace(requests: readonly NewJob[]): boolean {
  return requests.some(({ dedupe }) => dedupe !== null && dedupe.mode !== "keep");
}

function groupByKey(requests: readonly NewJob[]): readonly Group[] {
  const groups = new Map<string, { key: LiveKey | null; asked: Asked[] }>();
  for (const [place, request] of requests.entries()) {
    const key = request.dedupe === null ? null : { taskType: request.taskType, key: request.dedupe.key };
    const name = key === null ? String(place) : JSON.stringify([key.taskType, key.key]);
    const group = groups.get(name) ?? { key, asked: [] };
    groups.set(name, group);
    group.asked.push({ place, request });
  }
  return [...groups.values()];
}

/** What of the group is still to be answered once its first request was tried. */
function withoutMade(
  group: Group,
  made: ReadonlySet<JobId>,
  answers: Map<number, EnqueueAnswer>,
): readonly Group[] {
  const [first, ...rest] = group.asked;
  if (first === undefined || !made.has(first.request.id)) return [group];
  answers.set(first.place, { id: first.request.id, outcome: "created" });
  return rest.length === 0 ? [] : [{ ...group, asked: rest }];
}

/** Answers the groups whose live job is found; the others' has ended meanwhile, and they have to try again. */
async function answerFromLive(
  session: Session,
  groups: readonly Group[],
  answers: Map<number, EnqueueAnswer>,
): Promise<readonly Group[]> {
  const [changing, keeping] = [groups.filter(mayChange), groups.filter((group) => !mayChange(group))];
  const unanswered = await keepLive(session, keeping, answers);
  return [...unanswered, ...(await replaceLive(session, changing, answers))];
}

function mayChange({ asked }: Group): boolean {
  return mayReplace(asked.map(({ request }) => request));
}

async function keepLive(
  session: Session,
  groups: readonly Group[],
  answers: Map<number, EnqueueAnswer>,
): Promise<readonly Group[]> {
  if (groups.length === 0) return [];
  const live = await findLiveByKey(session, keysOf(groups));
  return groups.filter(({ key, asked }) => {
    const found = live.find((one) => one.taskType === key?.taskType && one.key === key.key);
    if (found !== undefined)
      for (const { place } of asked) answers.set(place, { id: found.id, outcome: "kept" });
    return found === undefined;
  });
}

async function replaceLive(
  session: Session,
  groups: readonly Group[],
  answers: Map<number, EnqueueAnswer>,
): Promise<readonly Group[]> {
  if (groups.length === 0) return [];
  const locked = await lockLiveByKey(session, keysOf(groups));
  if (locked === null) return groups;
  const missing: Group[] = [];
  const changed: { before: LiveJob; after: LiveJob }[] = [];
  for (const group of groups) {
    const before = locked.jobs.find(
      ({ taskType, dedupeKey }) => taskType === group.key?.taskType && dedupeKey === group.key.key,
    );
    if (before === undefined) missing.push(group);
    else changed.push({ before, after: answerOneByOne(before, group.asked, locked.now, answers) });
  }
  const decided = changed
    .filter(({ before, after }) => after !== before)
    .map((change) => ({ ...change, effects: [], usage: null }));
  await applyDecisions(session, decided, locked.now);
  return missing;
}

/** The live job after all requests for its key. */
function answerOneByOne(
  live: LiveJob,
  asked: readonly Asked[],
  now: EpochMs,
  answers: Map<number, EnqueueAnswer>,
): LiveJob {
  return asked.reduce<LiveJob>((job, { place, request }) => {
    const outcome = decideEnqueue(job, request.dedupe?.mode ?? "keep");
    answers.set(place, { id: job.id, outcome });
    if (outcome === "kept") return job;
    const verdict = decide(
      job,
      { type: "replaced", replacement: toReplacement(request, now) },
      { policy: defaultJobPolicy, now },
    );
    if (isRejected(verdict))
      throw new Error(`job ${job.id} is live and cannot be replaced: ${verdict.rejected}`);
    return verdict.after as LiveJob;
  }, live);
}

function keysOf(groups: readonly Group[]): readonly LiveKey[] {
  return groups.flatMap(({ key }) => (key === null ? [] : [key]));
}

/** A job that is due later wakes, too: whoever sleeps has to know that there is something to get up for. */
function typesToWake(request: NewJob | undefined, outcome: EnqueueOutcome): readonly string[] {
  return request !== undefined && (outcome === "created" || outcome === "replaced") ? [request.taskType] : [];
}
