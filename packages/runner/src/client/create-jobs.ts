import {
  type AnyTask,
  type Clock,
  defaultJsonLimits,
  type EnqueueAnswer,
  type EnqueueStore,
  type Gate,
  type GateKey,
  type InspectStore,
  type Job,
  type JsonLimits,
  type Logger,
  type OperateAnswer,
  type OperateStore,
  type Random,
  type Task,
  taskGateKey,
} from "@sluice/core";
import { systemClock } from "../system-clock.js";
import { systemRandom } from "../system-random.js";
import {
  checkDurationMs,
  checkGateKey,
  checkJobId,
  checkText,
  checkWholeNumber,
  wrongType,
} from "./check-input.js";
import { type EnqueueManyAnswer, type EnqueueManyOptions, enqueueMany, onlyAnswer } from "./enqueue-many.js";
import { type Explanation, explain } from "./explain.js";
import type { EnqueueOptions, JobOfMany, JobRequest } from "./job-request.js";
import type { JobsObserver } from "./jobs-event.js";
import { makeNewJob, type UncheckedRequest } from "./make-new-job.js";
import { observeEnqueueing } from "./observe-enqueueing.js";
import { type JobResult, waitForResult } from "./wait-for-result.js";

/** What an app does with jobs, short of running them. Bad input makes every method throw an InvalidRequestError. */
export interface Jobs<Tx> {
  /** Makes a job, or answers the one that has its dedupe key. In the caller's transaction, if one is given. */
  enqueue<Input, Output, TargetType extends string>(
    task: Task<string, Input, Output, TargetType>,
    request: JobRequest<NoInfer<Input>, NoInfer<TargetType>>,
    options?: EnqueueOptions<Tx>,
  ): Promise<EnqueueAnswer>;
  /**
   * Makes many jobs, in chunks of bounded size, from anything that can be iterated. When one is refused or the store fails,
   * the chunks before it stay (unless a transaction was given).
   */
  enqueueMany<Input, Output, TargetType extends string>(
    task: Task<string, Input, Output, TargetType>,
    requests:
      | Iterable<JobOfMany<NoInfer<Input>, NoInfer<TargetType>>>
      | AsyncIterable<JobOfMany<NoInfer<Input>, NoInfer<TargetType>>>,
    options?: EnqueueManyOptions<Tx>,
  ): Promise<EnqueueManyAnswer>;
  get(id: string): Promise<Job | null>;
  /** Waits until the job has ended, by asking, at last once a second; at most `timeoutMs` (default 30,000). */
  result(id: string, options?: { readonly timeoutMs?: number }): Promise<JobResult>;
  /** A waiting job ends at once; a running one is asked to. */
  cancel(id: string): Promise<OperateAnswer>;
  /** Takes a job that ended without success back to `pending`. */
  retry(id: string): Promise<OperateAnswer>;
  /** Stops claims through a gate for so long, or until it is resumed. The latest word holds. */
  pause(gate: TaskOrGate, options?: { readonly forMs?: number }): Promise<Gate>;
  /** Ends an operator's pause; what a provider closed stays closed. */
  resume(gate: TaskOrGate): Promise<Gate>;
  /** Ends a provider's closing, and any probing. */
  openGate(gate: TaskOrGate): Promise<Gate>;
  /** Why its jobs do not run. Takes a task, or its type. */
  explain(task: AnyTask | string): Promise<Explanation>;
}

/** A task means its own gate, `task:<type>`; text is the key of any gate. */
export type TaskOrGate = AnyTask | GateKey | string;

export interface JobsOptions<Tx> {
  readonly store: EnqueueStore<Tx> & OperateStore & InspectStore;
  /** Told of each enqueueing. */
  readonly observe?: JobsObserver;
  /** Told when the observer fails. */
  readonly logger?: Logger;
  readonly random?: Random;
  readonly clock?: Clock;
  /** Of payloads. Default 1 MiB and 64 levels. */
  readonly limits?: Partial<JsonLimits>;
  /** Of jobs that name none. Default 3. */
  readonly maxAttempts?: number;
}

/** Throws an InvalidRequestError on unusable options. */
export function createJobs<Tx>(options: JobsOptions<Tx>): Jobs<Tx> {
  if (typeof options?.store?.enqueue !== "function") throw wrongType("store", "a job store", options?.store);
  const { store, clock = systemClock, random = systemRandom, maxAttempts } = options;
  const observed = observeEnqueueing(store, clock, options);
  const settings = { clock, random, maxAttempts, limits: { ...defaultJsonLimits, ...options.limits } };
  if (maxAttempts !== undefined) checkWholeNumber("maxAttempts", maxAttempts, { min: 1, max: 1_000 });

  return {
    async enqueue(task: AnyTask, request: UncheckedRequest, { tx, ...jobOptions } = {}) {
      const job = await makeNewJob(checkTask(task), { ...jobOptions, ...request }, settings);
      return onlyAnswer(await observed.enqueue([job], tx === undefined ? {} : { tx }));
    },
    enqueueMany: async (task: AnyTask, requests, manyOptions = {}) =>
      await enqueueMany(observed, checkTask(task), requests, { ...manyOptions, ...settings }),
    get: async (id) => await store.getJob(checkJobId(id)),
    result: async (id, { timeoutMs = 30_000 } = {}) =>
      await waitForResult(store, clock, {
        id: checkJobId(id),
        timeoutMs: checkDurationMs("timeoutMs", timeoutMs, { min: 0 }),
      }),
    cancel: async (id) => await store.cancel(checkJobId(id)),
    retry: async (id) => await store.retry(checkJobId(id)),
    pause: async (gate, { forMs } = {}) =>
      await store.pauseGate(gateKeyOf(gate), {
        forMs: forMs === undefined ? null : checkDurationMs("forMs", forMs, { min: 1 }),
      }),
    resume: async (gate) => await store.resumeGate(gateKeyOf(gate)),
    openGate: async (gate) => await store.openGate(gateKeyOf(gate)),
    explain: async (task) =>
      await explain(store, typeof task === "string" ? checkText("task", task) : checkTask(task).type),
  };
}

function checkTask(task: AnyTask): AnyTask {
  if (typeof task !== "object" || task === null || typeof task.type !== "string")
    throw wrongType("task", "a task made by `defineTask`", task);
  return task;
}

function gateKeyOf(gate: TaskOrGate): GateKey {
  return typeof gate === "string" ? checkGateKey(gate) : taskGateKey(checkTask(gate).type);
}
