import {
  type Clock,
  defaultJobPolicy,
  defaultJsonLimits,
  defaultLeaseMs,
  type Handler,
  type JobPolicy,
  type JobStore,
  type JsonLimits,
  type Logger,
  type Random,
  randomNonce,
  renewalIntervalMs,
  type WorkStore,
} from "@sluice/core";
import { systemClock } from "../system-clock.js";
import { systemRandom } from "../system-random.js";
import { silentLogger } from "./silent-logger.js";

/** What a worker needs of a store. */
export type WorkerStore<Tx> = WorkStore<Tx> & Pick<JobStore<Tx>, "supports">;

export interface MaintenanceOptions {
  /**
   * Mean time between two steps of upkeep; an idle worker does it when there is something to do, and every worker when it starts and
   * when a lease runs out. Default: a third of a lease, at most 5,000.
   */
  readonly intervalMs: number;
  /** Rows per kind and step. Default 500. */
  readonly limit: number;
}

export interface WorkerOptions<Tx> {
  readonly store: WorkerStore<Tx>;
  /** One per task type. */
  readonly handlers: readonly Handler<NoInfer<Tx>>[];
  /** Jobs at once. Default 10. */
  readonly concurrency?: number;
  /** Jobs per claim. Default: as many as there are free slots. */
  readonly batchSize?: number;
  /**
   * Transactions with a handler's `save` at once: each takes a connection. Default 5, half of what the pools of postgres.js
   * and node-postgres have.
   */
  readonly saveConcurrency?: number;
  /** Least time between two dispatches; jobs are then claimed one by one. Default 0: none. */
  readonly jobDelayMs?: number;
  /** How long an idle worker sleeps when nothing wakes it; up to a fifth longer, so that a fleet does not ask in step. Default 5,000. */
  readonly pollIntervalMs?: number;
  /** How long a job stays ours without a sign of life; renewed three times as often. Default 15,000. */
  readonly leaseMs?: number;
  /** How long a handler may go on after its signal was aborted, before the job goes on without it. Default 2,000. */
  readonly abortGraceMs?: number;
  /** `false`: other workers do the upkeep. */
  readonly maintenance?: Partial<MaintenanceOptions> | false;
  readonly policy?: JobPolicy;
  /** Of results. Default 1 MiB and 64 levels. */
  readonly resultLimits?: JsonLimits;
  /** Unique among live workers. Default: made by chance. */
  readonly id?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** The options, complete and checked. */
export interface WorkerSettings<Tx> extends Required<Omit<WorkerOptions<Tx>, "handlers" | "maintenance">> {
  readonly handlers: ReadonlyMap<string, Handler<Tx>>;
  readonly maintenance: MaintenanceOptions | null;
}

const maxBatchSize = 10_000;

/** A step must see every lease before it runs out: at a worker's death two thirds of it are left, and steps are up to 1.5 intervals apart. */
function upkeepIntervalMs(leaseMs: number): number {
  return Math.min(5_000, renewalIntervalMs(leaseMs));
}

/** Fills the gaps and checks the numbers. Throws a TypeError or RangeError that names the wrong one. */
export function toWorkerSettings<Tx>(options: WorkerOptions<Tx>): WorkerSettings<Tx> {
  const { random = systemRandom, concurrency = 10, leaseMs = defaultLeaseMs, maintenance } = options;
  const settings: WorkerSettings<Tx> = {
    store: options.store,
    handlers: byTaskType(options.handlers),
    concurrency,
    batchSize: options.batchSize ?? maxBatchSize,
    saveConcurrency: options.saveConcurrency ?? 5,
    jobDelayMs: options.jobDelayMs ?? 0,
    pollIntervalMs: options.pollIntervalMs ?? 5_000,
    leaseMs,
    abortGraceMs: options.abortGraceMs ?? 2_000,
    maintenance:
      maintenance === false ? null : { intervalMs: upkeepIntervalMs(leaseMs), limit: 500, ...maintenance },
    policy: options.policy ?? defaultJobPolicy,
    resultLimits: options.resultLimits ?? defaultJsonLimits,
    id: options.id ?? `worker-${randomNonce(random).toString(36)}`,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    random,
  };
  checkRange("concurrency", concurrency, { min: 1, max: 10_000, isWhole: true });
  checkRange("batchSize", settings.batchSize, { min: 1, max: maxBatchSize, isWhole: true });
  checkRange("saveConcurrency", settings.saveConcurrency, { min: 1, max: 1_000, isWhole: true });
  checkRange("jobDelayMs", settings.jobDelayMs, { min: 0, max: 86_400_000 });
  checkRange("pollIntervalMs", settings.pollIntervalMs, { min: 1, max: 3_600_000 });
  checkRange("leaseMs", leaseMs, { min: 100, max: 3_600_000 });
  checkRange("abortGraceMs", settings.abortGraceMs, { min: 0, max: 3_600_000 });
  checkRange("maintenance.intervalMs", settings.maintenance?.intervalMs ?? 1, { min: 1, max: 3_600_000 });
  checkRange("maintenance.limit", settings.maintenance?.limit ?? 1, { min: 1, max: 100_000, isWhole: true });
  if (settings.id.length === 0 || settings.id.length > 200)
    throw new RangeError(`the id of a worker must have 1 to 200 characters, got ${settings.id.length}`);
  return settings;
}

function byTaskType<Tx>(handlers: readonly Handler<Tx>[]): ReadonlyMap<string, Handler<Tx>> {
  if (handlers.length === 0) throw new TypeError("a worker without handlers has nothing to do");
  const byType = new Map(handlers.map((handler) => [handler.task.type, handler]));
  if (byType.size < handlers.length) throw new TypeError("two handlers are for the same task type");
  return byType;
}

function checkRange(
  name: string,
  value: number,
  { min, max, isWhole = false }: { min: number; max: number; isWhole?: boolean },
): void {
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return;
  const kind = isWhole ? "a whole number" : "a number";
  throw new RangeError(`${name} of a worker must be ${kind} from ${min} to ${max}, got ${value}`);
}
