import {
  assertNever,
  checkJson,
  type EndedRun,
  type GateKey,
  type HandlerAnswer,
  HandlerError,
  type JsonLimits,
  makeFailure,
  outcomeOfError,
  type RunAborted,
  type RunOutcome,
  type RunResult,
  type RunUsage,
} from "@sluice/core";
import { cleanTold, cleanUsage } from "./clean-report.js";
import type { HandledTask } from "./handled-task.js";

/** What a run has come to. */
export type RunEnd<Tx> = Pick<EndedRun<Tx>, "outcome" | "usage" | "asked" | "told" | "save">;

/** It was not begun, or is given back. */
export function endedAs<Tx>(outcome: RunOutcome): RunEnd<Tx> {
  return { outcome, usage: null, asked: true, told: null, save: null };
}

/** The handler answered. Throws if that is no answer: what cannot be stored is the handler's fault, a failed attempt. */
export function endOfAnswer<Tx>(
  answer: HandlerAnswer<Tx>,
  { gates, limits }: { readonly gates: readonly GateKey[]; readonly limits: JsonLimits },
): RunEnd<Tx> {
  const result: RunResult<Tx> = answer ?? {};
  if (typeof result !== "object")
    throw new TypeError(`a handler answers an object or nothing, not a ${typeof result}`);
  if (result.save !== undefined && typeof result.save !== "function")
    throw new TypeError("the `save` of a handler's answer must be a function");
  const checked = checkJson(result.result ?? null, limits);
  if (!checked.ok) throw new ResultNotJsonError(checked.problem.path, checked.problem.message);
  return {
    outcome: { type: "succeeded", result: checked.value },
    usage: cleanUsage(result.usage),
    asked: result.asked !== false,
    told: cleanTold(result.told, gates),
    save: result.save === undefined ? null : (tx) => result.save?.(tx),
  };
}

/** The handler (or what came before it) threw. The one place where an error becomes an outcome. */
export function endOfError<Tx>(error: unknown, task: HandledTask<Tx>): RunEnd<Tx> {
  return { ...endedAs<Tx>(outcomeOfError(error, task.defaultGate)), usage: usageOf(error) };
}

/** What the run has cost all the same. */
function usageOf(error: unknown): RunUsage | null {
  return HandlerError.isInstance(error) ? cleanUsage(error.usage) : null;
}

/**
 * The handler was told to stop, and threw. As a rule that is an echo, of which only the price counts. What a cancelled run says in a
 * typed error concerns others, too: a gate may have to close. The job is cancelled all the same, core sees to that.
 */
export function endOfAbortedError<Tx>(
  aborted: RunAborted,
  error: unknown,
  task: HandledTask<Tx>,
): RunEnd<Tx> {
  if (aborted.code === "cancelled" && HandlerError.isInstance(error)) return endOfError(error, task);
  return { ...endOfAbort<Tx>(aborted), usage: usageOf(error) };
}

/** The handler was told to stop, and has not answered. */
export function endOfAbort<Tx>({ code, message }: RunAborted): RunEnd<Tx> {
  switch (code) {
    case "timeout":
      return endedAs({ type: "timeout", waitMs: null, failure: makeFailure("Timeout", "timeout", message) });
    case "shutdown":
      return endedAs({ type: "released" });
    case "cancelled":
      return endedAs({ type: "cancelled" });
    case "lease-lost":
      return endedAs({ type: "lease_lost", failure: makeFailure("LeaseLost", "lease_lost", message) });
    default:
      return assertNever(code);
  }
}

class ResultNotJsonError extends TypeError {
  override readonly name = "ResultNotJsonError";
  readonly code = "result_not_json";

  constructor(path: string, message: string) {
    super(`the handler's result cannot be stored: ${path}: ${message}`);
  }
}
