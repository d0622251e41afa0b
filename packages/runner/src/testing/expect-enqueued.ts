import type { AnyTask, InspectStore, Task, WaitingJob } from "@sluice/core";
import type { JobOptions } from "../client/job-request.js";
import { findMismatch, show } from "./find-mismatch.js";
import { listWaiting } from "./list-waiting.js";

/**
 * What a job is expected to look like, in the words of `enqueue`. Only what is named is compared; of the payload, too. Matchers
 * such as `expect.any(String)` may stand anywhere in it.
 */
export interface ExpectedJob<Input, TargetType extends string>
  extends Partial<Pick<JobOptions, ComparedOption>> {
  readonly payload?: DeepPartial<Input>;
  readonly target?: { readonly type?: TargetType; readonly id?: string } | null;
}

type ComparedOption =
  | "dedupeKey"
  | "priority"
  | "delayMs"
  | "dueAt"
  | "deadlineMs"
  | "deadlineAt"
  | "maxAttempts";

type DeepPartial<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: DeepPartial<Value[Key]> }
    : Value;

type EnqueuedStore = Pick<InspectStore, "listJobs" | "countJobs">;

/** A job that was expected to be there is not, or the other way round. The message lists what is there instead. */
export class EnqueuedExpectationError extends Error {
  override readonly name = "EnqueuedExpectationError";
}

/**
 * Answers the oldest job of the task that waits and looks as expected; throws when there is none, with the jobs that wait
 * instead and what is different about each.
 */
export async function expectEnqueued<Input, Output, TargetType extends string>(
  store: EnqueuedStore,
  task: Task<string, Input, Output, TargetType>,
  expected: ExpectedJob<NoInfer<Input>, NoInfer<TargetType>> = {},
): Promise<WaitingJob> {
  const jobs = await listWaiting(store, task.type);
  const found = jobs.find((job) => difference(job, expected) === null);
  if (found !== undefined) return found;
  const wanted = `no job of ${task.type} waits${isEmpty(expected) ? "" : ` with ${show(expected)}`}`;
  const instead = jobs.length === 0 ? await describeOthers(store, task) : describeWaiting(jobs, expected);
  throw new EnqueuedExpectationError(`${wanted}; ${instead}`);
}

/** Throws when a job of the task waits that looks so. */
export async function expectNotEnqueued<Input, Output, TargetType extends string>(
  store: EnqueuedStore,
  task: Task<string, Input, Output, TargetType>,
  unexpected: ExpectedJob<NoInfer<Input>, NoInfer<TargetType>> = {},
): Promise<void> {
  const found = await listEnqueued(store, task, unexpected);
  if (found.length === 0) return;
  const unwanted = isEmpty(unexpected) ? "" : ` with ${show(unexpected)}`;
  const but = found.length === 1 ? "one does" : `${found.length} do`;
  throw new EnqueuedExpectationError(
    `no job of ${task.type} should wait${unwanted}, but ${but}:${lines(found.map(describeJob))}`,
  );
}

/** All jobs of the task that wait and look so, oldest first. */
export async function listEnqueued<Input, Output, TargetType extends string>(
  store: EnqueuedStore,
  task: Task<string, Input, Output, TargetType>,
  expected: ExpectedJob<NoInfer<Input>, NoInfer<TargetType>> = {},
): Promise<readonly WaitingJob[]> {
  return (await listWaiting(store, task.type)).filter((job) => difference(job, expected) === null);
}

/** What is different about the job, in words, or `null`. */
function difference(
  job: WaitingJob,
  { dueAt, deadlineAt, ...rest }: ExpectedJob<unknown, string>,
): string | null {
  const { createdAt } = job;
  const actual = {
    ...job,
    delayMs: job.dueAt - createdAt,
    deadlineMs: job.deadlineAt === null ? null : job.deadlineAt - createdAt,
  };
  const expected = { ...rest, dueAt: epochMs(dueAt), deadlineAt: epochMs(deadlineAt) };
  const named = Object.entries(expected).filter(([, value]) => value !== undefined);
  return findMismatch(actual, Object.fromEntries(named));
}

function epochMs(instant: Date | number | undefined): number | undefined {
  return instant instanceof Date ? instant.getTime() : instant;
}

const maxShown = 5;

function describeWaiting(jobs: readonly WaitingJob[], expected: ExpectedJob<unknown, string>): string {
  const described = jobs.map((job) => `${describeJob(job)}: ${difference(job, expected)}`);
  return `${jobs.length === 1 ? "one job waits" : `${jobs.length} jobs wait`}:${lines(described)}`;
}

function lines(described: readonly string[]): string {
  const more = described.length - maxShown;
  return [...described.slice(0, maxShown), ...(more > 0 ? [`and ${more} more`] : [])]
    .map((line) => `\n  ${line}`)
    .join("");
}

function describeJob({ id, status, payload, target }: WaitingJob): string {
  const about = target === null ? "" : ` about ${target.type} ${target.id}`;
  return `${id} (${status})${about}${payload === null ? "" : ` ${show(payload)}`}`;
}

/** Nothing of the task waits: what there is otherwise. */
async function describeOthers(store: EnqueuedStore, { type }: AnyTask): Promise<string> {
  const counts = await store.countJobs();
  if (counts.length === 0) return "the store is empty: was the transaction committed?";
  const shown = counts.map(({ taskType, status, count }) => `${taskType}: ${count} ${status}`);
  const own = counts.some(({ taskType }) => taskType === type) ? "none of them" : "none at all";
  return `${own}. The store has ${shown.join(", ")}`;
}

function isEmpty(expected: object): boolean {
  return Object.keys(expected).length === 0;
}
