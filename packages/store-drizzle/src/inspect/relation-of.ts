import { isTerminalStatus, type JobStatus } from "@sluice/core";

/** Where jobs of the statuses stand: whoever asks for live ones only need not look through all that have ended, and the other way round. */
export function relationOf(
  statuses: readonly JobStatus[] | undefined,
): "jobs" | "finished_jobs" | "all_jobs" {
  if (statuses === undefined || statuses.length === 0) return "all_jobs";
  if (statuses.every(isTerminalStatus)) return "finished_jobs";
  return statuses.some(isTerminalStatus) ? "all_jobs" : "jobs";
}
