import {
  defaultJobPolicy,
  defaultJsonLimits,
  defaultLeaseMs,
  type Handler,
  randomNonce,
  renewalIntervalMs,
} from "@sluice/core";
import { systemClock } from "../system-clock.js";
import { systemRandom } from "../system-random.js";
import { checkParts, checkSettings, maxBatchSize } from "./check-worker-settings.js";
import { silentLogger } from "./silent-logger.js";
import type { WorkerOptions, WorkerSettings } from "./worker-options.js";

/** A step must see every lease before it runs out: from the claim on it lasts two thirds at least, and steps are up to half of it apart. */
function upkeepIntervalMs(leaseMs: number): number {
  return Math.min(5_000, renewalIntervalMs(leaseMs));
}

/** Fills the gaps, `undefined` ones too, and checks the rest. Throws a TypeError or RangeError that names the wrong one. */
export function toWorkerSettings<Tx>(options: WorkerOptions<Tx>): WorkerSettings<Tx> {
  checkParts(options);
  const { random = systemRandom, concurrency = 10, leaseMs = defaultLeaseMs, maintenance } = options;
  const { intervalMs, limit } = maintenance === false ? {} : (maintenance ?? {});
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
      maintenance === false
        ? null
        : { intervalMs: intervalMs ?? upkeepIntervalMs(leaseMs), limit: limit ?? 500 },
    policy: options.policy ?? defaultJobPolicy,
    resultLimits: {
      maxBytes: options.resultLimits?.maxBytes ?? defaultJsonLimits.maxBytes,
      maxDepth: options.resultLimits?.maxDepth ?? defaultJsonLimits.maxDepth,
    },
    id: options.id ?? `worker-${randomNonce(random).toString(36)}`,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    random,
  };
  checkSettings(settings);
  return settings;
}

function byTaskType<Tx>(handlers: readonly Handler<Tx>[]): ReadonlyMap<string, Handler<Tx>> {
  if (handlers.length === 0) throw new TypeError("a worker without handlers has nothing to do");
  const byType = new Map(handlers.map((handler) => [handler.task.type, handler]));
  if (byType.size < handlers.length) throw new TypeError("two handlers are for the same task type");
  return byType;
}
