import type { JobPolicy } from "@sluice/core";
import type { WorkerOptions, WorkerSettings } from "./worker-options.js";

interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

export const maxBatchSize = 10_000;

const hourMs = 3_600_000;
/** As long as `handle` allows. */
const longestBackoffMs = 24 * hourMs;
/** Beyond it Postgres holds no JSON. */
const maxResultBytes = 2 ** 30;

/** Refuses what is no such thing at all: JavaScript callers can give anything. Throws a TypeError that names it. */
export function checkParts<Tx>(options: WorkerOptions<Tx>): void {
  if (!isObject(options))
    throw new TypeError(`a worker needs { store, handlers, … }, got ${nameOf(options)}`);
  checkMethods("store", options.store, ["claim", "commit", "renew"], "a job store");
  if (!Array.isArray(options.handlers))
    throw new TypeError(
      `handlers of a worker must be a list made with \`handle\`, got ${nameOf(options.handlers)}`,
    );
  for (const handler of options.handlers)
    if (typeof handler?.run !== "function" || typeof handler.task?.type !== "string")
      throw new TypeError(
        `handlers of a worker are made with \`handle(task, { run })\`, got ${nameOf(handler)}`,
      );
  checkMethods("clock", options.clock, ["schedule", "monotonicMs", "wallMs"], "a clock");
  checkMethods("random", options.random, ["fraction"], "a source of chance");
  checkMethods("logger", options.logger, ["info", "error", "child"], "a logger");
  if (options.maintenance !== false) checkObject("maintenance", options.maintenance, "an object, or false");
  checkObject("resultLimits", options.resultLimits, "an object of maxBytes and maxDepth");
  checkObject("policy", options.policy, "an object of backoff and maxDeferredMs");
  if (options.policy !== undefined) checkPolicy(options.policy);
}

function checkPolicy({ backoff, maxDeferredMs }: JobPolicy): void {
  if (!isObject(backoff))
    throw new TypeError(
      `policy.backoff of a worker must be an object of baseMs and maxMs, got ${nameOf(backoff)}`,
    );
  checkRange("policy.backoff.baseMs", backoff.baseMs, { min: 0, max: longestBackoffMs });
  checkRange("policy.backoff.maxMs", backoff.maxMs, { min: 0, max: longestBackoffMs });
  checkRange("policy.maxDeferredMs", maxDeferredMs, { min: 0, max: Number.POSITIVE_INFINITY });
}

/** Checks the numbers and the id, the defaults among them. Throws a TypeError or RangeError that names the wrong one. */
export function checkSettings<Tx>(settings: WorkerSettings<Tx>): void {
  const { maintenance, resultLimits, id } = settings;
  checkRange("concurrency", settings.concurrency, { min: 1, max: 10_000, isWhole: true });
  checkRange("batchSize", settings.batchSize, { min: 1, max: maxBatchSize, isWhole: true });
  checkRange("saveConcurrency", settings.saveConcurrency, { min: 1, max: 1_000, isWhole: true });
  checkRange("jobDelayMs", settings.jobDelayMs, { min: 0, max: 24 * hourMs });
  checkRange("pollIntervalMs", settings.pollIntervalMs, { min: 1, max: hourMs });
  checkRange("leaseMs", settings.leaseMs, { min: 100, max: hourMs });
  checkRange("abortGraceMs", settings.abortGraceMs, { min: 0, max: hourMs });
  checkRange("maintenance.intervalMs", maintenance?.intervalMs ?? 1, { min: 1, max: hourMs });
  checkRange("maintenance.limit", maintenance?.limit ?? 1, { min: 1, max: 100_000, isWhole: true });
  checkRange("resultLimits.maxBytes", resultLimits.maxBytes, { min: 1, max: maxResultBytes, isWhole: true });
  checkRange("resultLimits.maxDepth", resultLimits.maxDepth, { min: 0, max: 1_000, isWhole: true });
  if (typeof id !== "string") throw new TypeError(`id of a worker must be a string, got ${nameOf(id)}`);
  if (id.length === 0 || id.length > 200)
    throw new RangeError(`the id of a worker must have 1 to 200 characters, got ${id.length}`);
}

function checkRange(name: string, value: unknown, { min, max, isWhole = false }: NumberRange): void {
  const kind = isWhole ? "a whole number" : "a number";
  if (typeof value !== "number")
    throw new TypeError(`${name} of a worker must be ${kind}, got ${nameOf(value)}`);
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return;
  throw new RangeError(`${name} of a worker must be ${kind} from ${min} to ${max}, got ${value}`);
}

function checkObject(name: string, value: unknown, wanted: string): void {
  if (value === undefined || isObject(value)) return;
  throw new TypeError(`${name} of a worker must be ${wanted}, got ${nameOf(value)}`);
}

function checkMethods(name: string, value: unknown, methods: readonly string[], wanted: string): void {
  if (value === undefined && name !== "store") return;
  const has = (method: string) => isObject(value) && typeof Reflect.get(value, method) === "function";
  if (!methods.every(has)) throw new TypeError(`${name} of a worker must be ${wanted}, got ${nameOf(value)}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function nameOf(value: unknown): string {
  return value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "another object"
        : typeof value;
}
