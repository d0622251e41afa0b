import {
  applyDecision,
  createJobIds,
  defaultJobPolicy,
  defaultJsonLimits,
  type Handler,
  type JsonValue,
  type Logger,
  newJob,
  type ProcessingJob,
  type RunResult,
  type RunSignal,
  type TargetRef,
  type Task,
  toEpochMs,
  transitionJob,
} from "@sluice/core";
import type { JobRequest } from "../client/job-request.js";
import { makeNewJob } from "../client/make-new-job.js";
import { toHandledTask } from "../worker/handled-task.js";
import { endOfAnswer } from "../worker/run-end.js";
import { checkTarget, parsePayload } from "../worker/run-job.js";
import { silentLogger } from "../worker/silent-logger.js";
import { createSeededRandom } from "./seeded-random.js";
import { createVirtualClock } from "./virtual-clock.js";

export interface RunHandlerOptions {
  /** Which attempt the run is, counted from 1, of `maxAttempts` (default 3, or as many as the attempt needs). */
  readonly attempt?: number;
  readonly maxAttempts?: number;
  /** Default: one that is never aborted. Abort it with a `RunAborted` to see what the handler does. */
  readonly signal?: RunSignal;
  readonly logger?: Logger;
}

/**
 * Runs a handler once, without a store: checks the request as `enqueue` does, parses the payload as a worker does, and answers
 * what the handler answers, its result after a JSON round trip. `save` is for the test to call. What the handler throws is thrown.
 */
export async function runHandler<Tx, Input, Output, TargetType extends string>(
  handler: Handler<Tx, Task<string, Input, Output, TargetType>>,
  request: JobRequest<NoInfer<Input>, NoInfer<TargetType>>,
  options: RunHandlerOptions = {},
): Promise<RunResult<Tx> & { readonly result: JsonValue }> {
  const { signal = new AbortController().signal, logger = silentLogger } = options;
  const job = await makeClaimedJob(handler, request, options);
  const answer = await handler.run({
    job,
    payload: await parsePayload(handler.task, job),
    target: checkTarget(handler.task, job) as TargetRef, // `null` if the task has no targets, as in a worker
    attempt: job.attempts,
    signal,
    logger,
  });
  const { gates } = toHandledTask(handler, defaultJobPolicy);
  const { outcome } = endOfAnswer(answer, { gates, limits: defaultJsonLimits });
  return { ...answer, result: outcome.type === "succeeded" ? outcome.result : null };
}

/** The job as a worker would have it: enqueued, and claimed for so manieth attempt. */
async function makeClaimedJob<Tx>(
  { task }: Handler<Tx>,
  request: object,
  { attempt = 1, maxAttempts = Math.max(3, attempt) }: RunHandlerOptions,
): Promise<ProcessingJob> {
  if (!(Number.isInteger(attempt) && attempt >= 1 && attempt <= maxAttempts))
    throw new RangeError(
      `an attempt is a whole number from 1 to maxAttempts (${maxAttempts}), got ${attempt}`,
    );
  const clock = createVirtualClock();
  const settings = { makeId: createJobIds(clock, createSeededRandom(1)), maxAttempts };
  const now = toEpochMs(clock.wallMs());
  const waiting = { ...newJob(await makeNewJob(task, request, settings), now), attempts: attempt - 1 };
  const claimed = { type: "claimed", workerId: "test", claimNonce: 1, leaseMs: 15_000 } as const;
  const decision = transitionJob(waiting, claimed, defaultJobPolicy);
  const job = decision.outcome === "accepted" ? applyDecision(waiting, decision.next, now) : waiting;
  if (job.status !== "processing") throw new Error(`a new job of ${task.type} cannot be claimed`);
  return job;
}
