import { assertNever, type ProcessingJob } from "@sluice/core";
import type { RunEnd } from "./run-end.js";
import type { WorkerEvent } from "./worker-event.js";

/** The end of a run as an event. */
export function runEndedEvent(
  job: ProcessingJob,
  { outcome, usage }: Pick<RunEnd<never>, "outcome" | "usage">,
  durationMs: number,
): WorkerEvent {
  const ended = { job, outcome: outcome.type, durationMs, usage };
  switch (outcome.type) {
    case "succeeded":
      return { ...ended, type: "run-succeeded" };
    case "released":
      return { ...ended, type: "run-released" };
    case "cancelled":
      return { ...ended, type: "run-cancelled" };
    case "rate_limited":
    case "unavailable":
    case "blocked":
    case "superseded":
      return { ...ended, type: "run-deferred", failure: outcome.failure };
    case "transient":
    case "timeout":
    case "handler_error":
    case "output_invalid":
    case "permanent":
    case "payload_invalid":
    case "unroutable":
    case "lease_lost":
      return { ...ended, type: "run-failed", failure: outcome.failure };
    default:
      return assertNever(outcome);
  }
}
