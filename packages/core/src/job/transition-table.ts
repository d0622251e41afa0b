import type { JobEventType } from "./job-event.js";
import type { JobStatus } from "./job-status.js";

type Transitions = { readonly [Event in JobEventType]?: readonly JobStatus[] };

const afterRun = [
  "completed",
  "rate_limited",
  "pending",
  "retry_ai",
  "failed_ai",
  "failed_payload_parsing",
  "failed_job_logic",
  "cancelled",
] as const satisfies readonly JobStatus[];

function waitingAs(status: JobStatus): Transitions {
  return {
    claimed: ["processing"],
    "cancel-requested": ["cancelled"],
    replaced: [status],
    "deadline-passed": ["failed_ai"],
    "found-unroutable": ["failed_job_logic"],
  };
}

const failedForNow: Transitions = { "retry-requested": ["pending"] };

/** Which statuses an accepted event may lead to. What is not here is refused. Tests hold `transitionJob` to it, both ways. */
export const transitionTable: { readonly [Status in JobStatus]: Transitions } = {
  pending: waitingAs("pending"),
  retry_ai: waitingAs("retry_ai"),
  rate_limited: waitingAs("rate_limited"),
  processing: {
    "lease-renewed": ["processing"],
    "run-ended": afterRun,
    "lease-expired": ["retry_ai", "failed_job_logic", "failed_ai", "cancelled"],
    "cancel-requested": ["processing"],
    replaced: ["processing"],
  },
  completed: {},
  failed_ai: failedForNow,
  failed_payload_parsing: failedForNow,
  failed_job_logic: failedForNow,
  cancelled: failedForNow,
};
