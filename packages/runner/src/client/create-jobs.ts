import {
  type AnyTask,
  type Clock,
  createJobIds,
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
  checkNames,
  checkText,
  checkWholeNumber,
  wrongType,
} from "./check-input.js";
import { type EnqueueManyAnswer, type EnqueueManyOptions, enqueueMany, onlyAnswer } from "./enqueue-many.js";
import { type Explanation, explain } from "./explain.js";
import type { EnqueueOptions, JobOfMany, JobRequest } from "./job-request.js";
import type { JobsObserver } from "./jobs-event.js";
import { makeNewJob, optionNames, type UncheckedRequest } from "./make-new-job.js";
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
  const { store, clock = systemClock, random = systemRandom, maxAttempts, limits } = checkOptions(options);
  const observed = observeEnqueueing(store, clock, options);
  const settings = {
    makeId: createJobIds(clock, random),
    maxAttempts,
    limits: {
      maxBytes: limits?.maxBytes ?? defaultJsonLimits.maxBytes,
      maxDepth: limits?.maxDepth ?? defaultJsonLimits.maxDepth,
    },
  };

  return {
    async enqueue(task: AnyTask, request: UncheckedRequest, enqueueOptions = {}) {
      checkNames("options", enqueueOptions, optionNames);
      const { tx, ...jobOptions } = enqueueOptions;
      const job = await makeNewJob(checkTask(task), request, settings, jobOptions);
      return onlyAnswer(await observed.enqueue([job], tx === undefined ? {} : { tx }));
    },
    enqueueMany: async (task: AnyTask, requests, manyOptions = {}) =>
      await enqueueMany(observed, checkTask(task), requests, manyOptions, settings),
    get: async (id) => await store.getJob(checkJobId(id)),
    async result(id, resultOptions = {}) {
      checkNames("options", resultOptions, new Set(["timeoutMs"]));
      const { timeoutMs = 30_000 } = resultOptions;
      return await waitForResult(store, clock, {
        id: checkJobId(id),
        timeoutMs: checkDurationMs("timeoutMs", timeoutMs, { min: 0 }),
      });
    },
    cancel: async (id) => await store.cancel(checkJobId(id)),
    retry: async (id) => await store.retry(checkJobId(id)),
    async pause(gate, pauseOptions = {}) {
      checkNames("options", pauseOptions, new Set(["forMs"]));
      const { forMs } = pauseOptions;
      return await store.pauseGate(gateKeyOf(gate), {
        forMs: forMs === undefined ? null : checkDurationMs("forMs", forMs, { min: 1 }),
      });
    },
    resume: async (gate) => await store.resumeGate(gateKeyOf(gate)),
    openGate: async (gate) => await store.openGate(gateKeyOf(gate)),
    explain: async (task) =>
      await explain(store, clock, typeof task === "string" ? checkTaskType(task) : checkTask(task).type),
  };
}

/** Throws an InvalidRequestError that names the first option which is no such thing. */
function checkOptions<Tx>(options: JobsOptions<Tx>): JobsOptions<Tx> {
  const { store, observe, logger, random, clock, limits, maxAttempts } = options ?? {};
  if (typeof store?.enqueue !== "function") throw wrongType("store", "a job store", store);
  if (observe !== undefined && typeof observe !== "function")
    throw wrongType("observe", "a function", observe);
  if (logger !== undefined && typeof logger?.error !== "function")
    throw wrongType("logger", "a logger", logger);
  if (random !== undefined && typeof random?.fraction !== "function")
    throw wrongType("random", "a source of chance", random);
  if (clock !== undefined && typeof clock?.schedule !== "function")
    throw wrongType("clock", "a clock", clock);
  if (maxAttempts !== undefined) checkWholeNumber("maxAttempts", maxAttempts, { min: 1, max: 1_000 });
  if (limits === undefined) return options;
  checkNames("limits", limits, new Set(["maxBytes", "maxDepth"]));
  // What Postgres can hold at all, and what can be walked.
  if (limits.maxBytes !== undefined)
    checkWholeNumber("limits.maxBytes", limits.maxBytes, { min: 1, max: 2 ** 30 });
  if (limits.maxDepth !== undefined)
    checkWholeNumber("limits.maxDepth", limits.maxDepth, { min: 0, max: 1_000 });
  return options;
}

function checkTask(task: AnyTask): AnyTask {
  // All three: `{ type: "x" }` is no task, and nobody would know whether it takes a payload.
  if (typeof task?.type !== "string" || task.payload === undefined || task.targets === undefined)
    throw wrongType("task", "a task made by `defineTask`", task);
  checkTaskType(task.type);
  return task;
}

function checkTaskType(type: string): string {
  checkText("task", type);
  checkGateKey(`task:${type}`);
  return type;
}

function gateKeyOf(gate: TaskOrGate): GateKey {
  return typeof gate === "string" ? checkGateKey(gate) : taskGateKey(checkTask(gate).type);
}
