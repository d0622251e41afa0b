/** May be claimed, at once or later. */
export const waitingStatuses = ["pending", "retry_ai", "rate_limited"] as const;
/** Held by one worker under a lease. */
export const activeStatuses = ["processing"] as const;
/** Ended. Left by an operator's retry only, and `completed` never. */
export const terminalStatuses = [
  "completed",
  "failed_ai",
  "failed_payload_parsing",
  "failed_job_logic",
  "cancelled",
] as const;
/** Waiting or active. */
export const liveStatuses = [...waitingStatuses, ...activeStatuses] as const;
export const jobStatuses = [...liveStatuses, ...terminalStatuses] as const;

export type WaitingStatus = (typeof waitingStatuses)[number];
export type ActiveStatus = (typeof activeStatuses)[number];
export type TerminalStatus = (typeof terminalStatuses)[number];
export type JobStatus = (typeof jobStatuses)[number];
/** Terminal without a result: what an operator may retry. */
export type FailedStatus = Exclude<TerminalStatus, "completed">;

export function isWaitingStatus(status: JobStatus): status is WaitingStatus {
  return waitingStatuses.some((waiting) => waiting === status);
}

export function isTerminalStatus(status: JobStatus): status is TerminalStatus {
  return terminalStatuses.some((terminal) => terminal === status);
}
