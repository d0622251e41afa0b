import { assertNever } from "../assert-never.js";
import type { DeferredByProvider } from "../job/run-outcome.js";
import type { JobId } from "../job-id.js";
import type { EpochMs } from "../time.js";
import type { Refusal } from "./close-gate.js";
import type { ClosingReason } from "./gate.js";

/** The refused call: the job that made it, and when that was claimed. */
export interface RefusedCall {
  readonly now: EpochMs;
  readonly claimedAt: EpochMs;
  readonly jobId: JobId;
}

/** What a run that was put off means for the gate that it names. */
export function refusalOfOutcome(outcome: DeferredByProvider, call: RefusedCall): Refusal {
  return {
    ...call,
    reason: closingReasonOf(outcome),
    waitMs: outcome.type === "blocked" ? null : outcome.waitMs,
    detail: outcome.failure.message,
  };
}

function closingReasonOf(outcome: DeferredByProvider): ClosingReason {
  switch (outcome.type) {
    case "rate_limited":
      return outcome.scope === "day" ? "daily_quota" : "rate_limited";
    case "unavailable":
      return "provider_down";
    case "blocked":
      return `blocked_${outcome.reason}`;
    default:
      return assertNever(outcome);
  }
}
