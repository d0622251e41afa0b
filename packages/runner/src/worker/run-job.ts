import {
  type AnyTask,
  describeIssues,
  type JsonLimits,
  type Logger,
  PayloadInvalidError,
  type ProcessingJob,
  type TargetRef,
  UnroutableError,
} from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { HandlerRun } from "./handler-run.js";
import { endedAs, endOfAbortedError, endOfAnswer, endOfError, type RunEnd } from "./run-end.js";

export interface RunJobOptions<Tx> {
  readonly logger: Logger;
  readonly resultLimits: JsonLimits;
  /** The handler is about to be called. */
  readonly onStart: (run: ActiveRun<Tx>) => void;
}

/**
 * One attempt, step by step: parse the payload, check the target, call the handler, judge what it answers or throws. Never
 * rejects. Timeouts and other reasons to stop come from outside, by `run.abort`.
 */
export async function runJob<Tx>(run: ActiveRun<Tx>, options: RunJobOptions<Tx>): Promise<RunEnd<Tx>> {
  const { job, task } = run;
  const { task: contract, run: handle } = task.handler;
  try {
    const payload = await parsePayload(contract, job);
    const target = checkTarget(contract, job);
    if (run.mustBeReleased) return endedAs({ type: "released" });
    if (run.aborted !== null) throw run.aborted;
    options.onStart(run);
    const answer = await handle(new HandlerRun(run, { payload, target, logger: options.logger }));
    return endOfAnswer(answer, { gates: task.gates, limits: options.resultLimits });
  } catch (error) {
    return run.aborted === null ? endOfError(error, task) : endOfAbortedError(run.aborted, error, task);
  }
}

/** The payload as the task's schema makes it. */
export async function parsePayload(
  { payload: schema }: AnyTask,
  { payload }: ProcessingJob,
): Promise<unknown> {
  if (schema === null) return undefined;
  const parsed = await schema["~standard"].validate(payload);
  if (parsed.issues !== undefined) throw new PayloadInvalidError(describeIssues(parsed.issues));
  return parsed.value;
}

/** The target, if it is one that the task works on. */
export function checkTarget({ type, targets }: AnyTask, { target }: ProcessingJob): TargetRef | null {
  if (targets === null) return null;
  if (target !== null && targets.includes(target.type)) return target;
  const got = target === null ? "none" : `a ${target.type}`;
  throw new UnroutableError(`task ${type} works on ${targets.join(" or ")}, and the job's target is ${got}`);
}
