import {
  type Attempt,
  isDeferral,
  isTerminalStatus,
  type Job,
  type JobEventType,
  transitionTable,
  usesAttempt,
} from "@sluice/core";

/** What a job's change breaks, in words. `operation`: the call in which it was seen. */
export function checkJobChange(before: Job | null, after: Job, operation: string): readonly string[] {
  const faults: string[] = [];
  if (after.attempts < 0 || after.attempts > after.maxAttempts)
    faults.push(`${after.attempts} attempts of ${after.maxAttempts}`);
  if (before === null) return faults;
  if (after.leaseNo < before.leaseNo) faults.push(`lease ${after.leaseNo} after ${before.leaseNo}`);
  const isClaimed = after.status === "processing" && before.status !== "processing";
  if (isClaimed && (operation !== "claim" || after.leaseNo <= before.leaseNo))
    faults.push(`held under lease ${after.leaseNo} after ${before.leaseNo} by ${operation}`);
  if (!isLegal(before, after)) faults.push(`${after.status} after ${before.status}`);
  if (isTerminalStatus(before.status) && operation !== "retry")
    faults.push(`left ${before.status} for ${after.status} by ${operation}`);
  return faults;
}

/** By one event. (Two that nobody looked between would both be a run's: it ends, and the job is claimed by nobody.) */
function isLegal(before: Job, after: Job): boolean {
  const events = Object.keys(transitionTable[before.status]) as readonly JobEventType[];
  return events.some((event) => transitionTable[before.status][event]?.includes(after.status));
}

/** What the job counts must be what its ledger says since the last retry. */
export function checkCounters(job: Job, ledger: readonly Attempt[]): readonly string[] {
  const outcomes = ledger
    .filter(({ leaseNo }) => leaseNo > job.retriedAtLeaseNo)
    .map(({ outcome }) => outcome);
  const counted =
    outcomes.filter((outcome) => usesAttempt[outcome]).length + (job.status === "processing" ? 1 : 0);
  const deferred = outcomes.filter((outcome) => isDeferral[outcome]).length;
  const faults: string[] = [];
  if (job.attempts !== counted) faults.push(`${job.attempts} attempts, ${counted} by the ledger`);
  if (job.deferrals !== deferred) faults.push(`${job.deferrals} deferrals, ${deferred} by the ledger`);
  return faults;
}

/** One live job per key and task type. */
export function findDoubleKeys(jobs: Iterable<Job>): readonly string[] {
  const live = new Map<string, string>();
  const faults: string[] = [];
  for (const { id, taskType, dedupeKey, status } of jobs) {
    if (dedupeKey === null || isTerminalStatus(status)) continue;
    const key = `${taskType}/${dedupeKey}`;
    const other = live.get(key);
    if (other !== undefined) faults.push(`${id} and ${other} both have the key ${key}`);
    live.set(key, id);
  }
  return faults;
}
