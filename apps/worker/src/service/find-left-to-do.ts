import { assertNever, type ClosingReason, type JobCount } from "@sluice/core";
import type { Cause } from "@sluice/runner";

/**
 * What is left of a task type for a worker that has just found nothing to take. `later`: jobs wait, but for an operator or a date;
 * `stuck`: they wait for somebody to mend something, or for the next day.
 */
export type LeftToDo = "nothing" | "something" | "later" | "stuck";

/** From its counts and what `explain` says; of other task types the counts are passed over. */
export function findLeftToDo(
  taskType: string,
  counts: readonly JobCount[],
  causes: readonly Cause[],
): LeftToDo {
  const count = (status: JobCount["status"]) =>
    counts.find((one) => one.taskType === taskType && one.status === status)?.count ?? 0;
  const putOff = count("retry_ai") + count("rate_limited");
  if (count("processing") > 0) return "something";
  if (putOff + count("pending") === 0) return "nothing";
  if (causes.some(({ type }) => type === "paused")) return "later";
  if (causes.some((cause) => "reason" in cause && needsSomebody(cause.reason))) return "stuck";
  // Backoffs and rate limits end by themselves, soon. What was enqueued for later is not waited for.
  const isForLater = putOff === 0 && causes.some(({ type }) => type === "due-later");
  return isForLater ? "later" : "something";
}

function needsSomebody(reason: ClosingReason): boolean {
  switch (reason) {
    case "rate_limited":
    case "provider_down":
      return false;
    case "daily_quota":
    case "blocked_auth":
    case "blocked_quota_exhausted":
    case "blocked_config":
      return true;
    default:
      return assertNever(reason);
  }
}
