import { type GateKey, toGateKey } from "../gate/gate-key.js";
import type { RunUsage } from "../job/attempt.js";
import { type BlockedReason, blockedReasons } from "../job/run-outcome.js";

// Errors are recognised by this mark, not by class: two copies of this package in one process must not misunderstand each other.
const mark = Symbol.for("sluice.handler-error");

interface HandlerErrorOptions {
  readonly cause?: unknown;
  /** What the failed run has cost all the same. */
  readonly usage?: RunUsage;
}

interface GateErrorOptions extends HandlerErrorOptions {
  /** The gate to close. Without it: the handler's only other gate, else the task's. */
  readonly gate?: string;
  /** What the provider said, in ms. Without it the gate waits as its policy says. */
  readonly waitMs?: number | null;
}

/**
 * What a handler throws to say how its run ended; anything else that it throws is a failed attempt (`handler_error`). The
 * message is stored and shown: no prompts, no keys.
 */
export abstract class HandlerError extends Error {
  readonly [mark] = true;
  abstract readonly code: string;
  readonly usage: RunUsage | null;

  constructor(message: string, { cause, usage }: HandlerErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.usage = usage ?? null;
  }

  static isInstance(error: unknown): error is KnownHandlerError {
    return error instanceof Error && mark in error;
  }
}

abstract class GateError extends HandlerError {
  readonly gate: GateKey | null;

  constructor(message: string, options: GateErrorOptions = {}) {
    super(message, options);
    this.gate = options.gate === undefined ? null : toGateKey(options.gate);
  }
}

function checkedWaitMs(waitMs: number | null | undefined): number | null {
  return typeof waitMs === "number" && Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
}

/** "429": the provider's quota is used up for now. No attempt is used, the gate closes. */
export class RateLimitedError extends GateError {
  override readonly name = "RateLimitedError";
  readonly code = "rate_limited";
  readonly waitMs: number | null;
  /** `day` for quotas of a day or longer, which say nothing about the pace. */
  readonly scope: "minute" | "day";

  constructor(
    options: GateErrorOptions & { readonly scope?: "minute" | "day"; readonly message?: string } = {},
  ) {
    super(options.message ?? "the provider's rate limit is reached", options);
    this.waitMs = checkedWaitMs(options.waitMs);
    this.scope = options.scope ?? "minute";
  }
}

/** The provider is down or overloaded, or cannot be reached. No attempt is used, the gate closes. */
export class UnavailableError extends GateError {
  override readonly name = "UnavailableError";
  readonly code = "unavailable";
  readonly waitMs: number | null;

  constructor(message: string, options: GateErrorOptions = {}) {
    super(message, options);
    this.waitMs = checkedWaitMs(options.waitMs);
  }
}

/**
 * Waiting will not help, a person must: key refused, credit spent, model unknown. No attempt is used, the gate closes. A reason that is
 * none of these throws a TypeError.
 */
export class BlockedError extends GateError {
  override readonly name = "BlockedError";
  readonly code = "blocked";
  readonly reason: BlockedReason;

  constructor(reason: BlockedReason, message: string, options: Omit<GateErrorOptions, "waitMs"> = {}) {
    super(message, options);
    if (!blockedReasons.includes(reason))
      throw new TypeError(
        `the reason of a BlockedError is ${blockedReasons.join(", ")}, not ${String(reason)}`,
      );
    this.reason = reason;
  }
}

/** Worth another attempt, after the backoff or `waitMs`, whichever is longer. */
export class TransientError extends HandlerError {
  override readonly name = "TransientError";
  readonly code = "transient";
  readonly waitMs: number | null;

  constructor(message: string, options: HandlerErrorOptions & { readonly waitMs?: number | null } = {}) {
    super(message, options);
    this.waitMs = checkedWaitMs(options.waitMs);
  }
}

/** The model's answer cannot be used. The first of a job is asked again at once. */
export class OutputInvalidError extends HandlerError {
  override readonly name = "OutputInvalidError";
  readonly code = "output_invalid";
}

/** No attempt can help: refused, filtered, too large, target gone. The job fails. */
export class PermanentError extends HandlerError {
  override readonly name = "PermanentError";
  readonly code: string;

  constructor(message: string, options: HandlerErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = options.code ?? "permanent";
  }
}

/** The payload is not what the task needs (the schema's own refusals need no throwing). */
export class PayloadInvalidError extends HandlerError {
  override readonly name = "PayloadInvalidError";
  readonly code = "payload_invalid";
}

/** This handler cannot run this job, and no other will: its target is of a type that it does not know, say. */
export class UnroutableError extends HandlerError {
  override readonly name = "UnroutableError";
  readonly code = "unroutable";
}

/** The target changed while the job ran: nothing is saved, the job runs again with the new content. */
export class SupersededError extends HandlerError {
  override readonly name = "SupersededError";
  readonly code = "superseded";

  constructor(message = "the target changed while the job ran", options: HandlerErrorOptions = {}) {
    super(message, options);
  }
}

export type KnownHandlerError =
  | RateLimitedError
  | UnavailableError
  | BlockedError
  | TransientError
  | OutputInvalidError
  | PermanentError
  | PayloadInvalidError
  | UnroutableError
  | SupersededError;
