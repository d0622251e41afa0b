import type { GateKey } from "../gate/gate-key.js";
import { taskGateKey } from "../gate/gate-key.js";
import { describeFailure, type RunFailure } from "../job/failure.js";
import type { RunOutcome } from "../job/run-outcome.js";
import { HandlerError, type KnownHandlerError } from "./handler-errors.js";

/** What a run that threw has come to. `gate` is the one to close when the error names none. Never throws itself. */
export function outcomeOfError(error: unknown, gate: GateKey): RunOutcome {
  const failure = describeFailure(error);
  try {
    if (HandlerError.isInstance(error)) return outcomeOfHandlerError(error, gate, failure);
  } catch {
    // Not even its fields can be read: a failed attempt like any other.
  }
  return { type: "handler_error", waitMs: null, failure };
}

/** The gate that an error closes when it names none: the handler's only other gate, else the task's. */
export function defaultGate(taskType: string, otherGates: readonly GateKey[]): GateKey {
  const [only, ...more] = otherGates;
  return only !== undefined && more.length === 0 ? only : taskGateKey(taskType);
}

function outcomeOfHandlerError(error: KnownHandlerError, gate: GateKey, failure: RunFailure): RunOutcome {
  switch (error.name) {
    case "RateLimitedError": {
      const { scope, waitMs } = error;
      return { type: "rate_limited", scope, waitMs, gateKey: error.gate ?? gate, failure };
    }
    case "UnavailableError":
      return { type: "unavailable", waitMs: error.waitMs, gateKey: error.gate ?? gate, failure };
    case "BlockedError":
      return { type: "blocked", reason: error.reason, gateKey: error.gate ?? gate, failure };
    case "TransientError":
      return { type: "transient", waitMs: error.waitMs, failure };
    case "OutputInvalidError":
      return { type: "output_invalid", failure };
    case "PermanentError":
      return { type: "permanent", failure };
    case "PayloadInvalidError":
      return { type: "payload_invalid", failure };
    case "UnroutableError":
      return { type: "unroutable", failure };
    case "SupersededError":
      return { type: "superseded", failure };
    default:
      error satisfies never;
      // An app's own subclass, or one of a later version of this package.
      return { type: "handler_error", waitMs: null, failure };
  }
}
