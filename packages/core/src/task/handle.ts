import { type GateKey, toGateKey } from "../gate/gate-key.js";
import { type GateLimits, toGateLimits } from "../gate/gate-limits.js";
import type { ToldLimits } from "../gate/pacing/hear-limits.js";
import type { RunUsage } from "../job/attempt.js";
import type { ProcessingJob } from "../job/job.js";
import type { BackoffPolicy } from "../job/job-policy.js";
import type { JsonValue } from "../json.js";
import type { Logger } from "../ports/logger.js";
import type { TargetRef } from "../ports/target-repository.js";
import type { RunSignal } from "./abort-reason.js";
import type { AnyTask, Task } from "./define-task.js";
import type { SaveTransaction } from "./save-transactions.js";

/** What a handler gets for one run. */
export interface Run<Payload, TargetType extends string> {
  readonly job: ProcessingJob;
  /** As the task's schema made it. */
  readonly payload: Payload;
  readonly target: [TargetType] extends [never] ? null : TargetRef<TargetType>;
  /** Counted from 1; the same number comes again after a deferral. */
  readonly attempt: number;
  /** Aborted on timeout, shutdown, a lost lease or cancelling; `signal.reason.code` says which. */
  readonly signal: RunSignal;
  readonly logger: Logger;
}

/** What a run has come to when it does not throw. */
export interface RunResult<Tx> {
  /** Kept with the finished job. JSON. */
  readonly result?: JsonValue;
  /**
   * Writes of the app that are committed together with the job's completion, or not at all. Everything in it goes through
   * `tx`; it may be called again, on a fresh transaction, when the database asks for that (a deadlock, say). (A method,
   * because an app may name its own, narrower transaction type.)
   */
  save?(tx: Tx): unknown;
  readonly usage?: RunUsage;
  /** `false`: nobody was called, so that the run says nothing about the handler's gates. Default `true`. */
  readonly asked?: boolean;
  /** What the provider said about its limits, for one of the handler's gates. */
  readonly told?: { readonly gate: string; readonly limits: ToldLimits };
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing has the type void
export type HandlerAnswer<Tx> = RunResult<Tx> | undefined | void;

/** A gate that a handler's runs pass, beside the task's own, with what is known of its limits. */
export interface HandlerGate extends Partial<GateLimits> {
  readonly key: string;
}

export interface HandlerOptions<Output, TargetType extends string, Tx> {
  readonly gates?: readonly HandlerGate[];
  /** How long a run may take before its signal is aborted. Default 120,000. */
  readonly timeoutMs?: number;
  readonly backoff?: BackoffPolicy;
  /** Runs of this task at once in one worker. Default: no limit but the worker's. */
  readonly concurrency?: number;
  readonly run: (run: Run<Output, TargetType>) => HandlerAnswer<Tx> | Promise<HandlerAnswer<Tx>>;
}

/** How a task is done: what a worker is given. Made by `handle`. */
export interface Handler<Tx = unknown, HandledTask extends AnyTask = AnyTask> {
  readonly task: HandledTask;
  readonly gates: readonly { readonly key: GateKey; readonly limits: GateLimits }[];
  readonly timeoutMs: number;
  readonly backoff: BackoffPolicy | null;
  readonly concurrency: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the payload's type is checked by `handle`; a list of handlers holds many
  readonly run: (run: Run<any, any>) => HandlerAnswer<Tx> | Promise<HandlerAnswer<Tx>>;
}

export const defaultTimeoutMs = 120_000;
const dayMs = 24 * 3_600_000;

/**
 * Says how a task is done. The transaction that `save` gets is that of the app's store (see `SaveTransactions`); which
 * store the handler really meets is checked where it is given to a worker. Throws a TypeError or RangeError on unusable
 * gates or numbers.
 */
export function handle<Input, Output, TargetType extends string, Tx = SaveTransaction>(
  task: Task<string, Input, Output, TargetType>,
  options: HandlerOptions<Output, TargetType, Tx>,
): Handler<Tx, Task<string, Input, Output, TargetType>> {
  if (typeof task !== "object" || task === null || typeof task.type !== "string")
    throw new TypeError("`handle` takes a task made by `defineTask`, and how it is done");
  if (typeof options !== "object" || options === null)
    throw new TypeError(`the handler of ${task.type} needs an object with a function \`run\``);
  const { gates = [], timeoutMs = defaultTimeoutMs, backoff = null, concurrency = null, run } = options;
  if (typeof run !== "function") throw new TypeError(`the handler of ${task.type} needs a function \`run\``);
  if (!(isWait(timeoutMs) && timeoutMs > 0))
    throw new RangeError(`timeoutMs of ${task.type} must be between 1 ms and a day, got ${timeoutMs}`);
  if (concurrency !== null && !(Number.isInteger(concurrency) && concurrency > 0))
    throw new RangeError(`concurrency of ${task.type} must be a whole number from 1, got ${concurrency}`);
  if (backoff !== null && !(isWait(backoff.baseMs) && isWait(backoff.maxMs)))
    throw new RangeError(
      `backoff of ${task.type} must be two numbers of ms from 0 to a day, got ${JSON.stringify(backoff)}`,
    );
  if (!Array.isArray(gates)) throw new TypeError(`the gates of ${task.type} must be a list of { key, … }`);
  const checked = gates.map(({ key, ...limits }) => ({ key: toGateKey(key), limits: toGateLimits(limits) }));
  if (new Set(checked.map(({ key }) => key)).size < checked.length)
    throw new TypeError(`the gates of ${task.type} must differ from one another`);
  return { task, gates: checked, timeoutMs, backoff, concurrency, run };
}

function isWait(ms: unknown): boolean {
  return typeof ms === "number" && ms >= 0 && ms <= dayMs;
}
