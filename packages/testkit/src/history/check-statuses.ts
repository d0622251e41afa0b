import {
  isTerminalStatus,
  isWaitingStatus,
  type JobEventType,
  type JobId,
  type JobStatus,
  transitionTable,
} from "@sluice/core";
import { answeredRuns } from "./check-leases.js";
import { type ClaimedJob, callsOf, type History, hasDatabaseCrashed } from "./history.js";
import { type Violation, violation } from "./violation.js";

/** The events that change a job's lease number, each by one; but for the retry, which somebody must have asked for. */
const leaseEvents: readonly JobEventType[] = ["claimed", "run-ended", "lease-expired"];

interface AtLease {
  readonly leaseNo: number;
  readonly statuses: Set<JobStatus>;
}

/**
 * Statuses follow one another as the transition table says. A job's lease number orders them: under one number it may wait,
 * and then end; or run. What has ended is left by a retry only.
 */
export function checkStatuses(history: History): readonly Violation[] {
  const isRetried = retriesOf(history);
  return [...observedStatuses(history)].flatMap(([jobId, observed]) =>
    observed.flatMap((at, index) => {
      const next = observed[index + 1];
      const fault =
        faultUnderOneLease(at) ??
        (next === undefined ? null : faultBetween(at, next, isRetried(jobId, at, next)));
      return fault === null
        ? []
        : [violation("legal-statuses", jobId, `${fault}, after lease ${at.leaseNo}`)];
    }),
  );
}

/** Whether the job may have been retried between the two. */
function retriesOf(history: History): (jobId: JobId, from: AtLease, to: AtLease) => boolean {
  const retries = callsOf(history, "retry");
  return (jobId, from, to) =>
    retries.some(({ asked, answer }) => {
      if (asked.jobId !== jobId) return false;
      if (answer?.type !== "done") return answer === null;
      return answer.job.leaseNo > from.leaseNo && answer.job.leaseNo <= to.leaseNo;
    });
}

/** By job, in the order of the lease numbers. */
function observedStatuses(history: History): ReadonlyMap<JobId, readonly AtLease[]> {
  const jobs = new Map<JobId, AtLease[]>();
  function observe(jobId: JobId, leaseNo: number, status: JobStatus): void {
    const observed = jobs.get(jobId) ?? [];
    const at = observed.find((each) => each.leaseNo === leaseNo);
    if (at === undefined) observed.push({ leaseNo, statuses: new Set([status]) });
    else at.statuses.add(status);
    jobs.set(jobId, observed);
  }
  for (const { jobId, leaseNo } of rememberedClaims(history)) observe(jobId, leaseNo, "processing");
  for (const { run, answer } of answeredRuns(history))
    if (answer.type === "committed") observe(run.jobId, run.leaseNo + 1, answer.status);
  for (const { answer } of [...callsOf(history, "cancel"), ...callsOf(history, "retry")])
    if (answer?.type === "done") observe(answer.job.id, answer.job.leaseNo, answer.job.status);
  for (const { id, leaseNo, status } of history.final.jobs) observe(id, leaseNo, status);
  for (const observed of jobs.values()) observed.sort((one, other) => one.leaseNo - other.leaseNo);
  return jobs;
}

/** After a crash of the database, only those claims count whose run has ended, or goes on. */
function rememberedClaims(history: History): readonly ClaimedJob[] {
  const claimed = callsOf(history, "claim").flatMap(({ answer }) => answer ?? []);
  if (!hasDatabaseCrashed(history)) return claimed;
  const { attempts, jobs } = history.final;
  const running = jobs.filter(({ status }) => status === "processing");
  const leases = [
    ...attempts.map(({ jobId, leaseNo }) => `${jobId} ${leaseNo}`),
    ...running.map(({ id, leaseNo }) => `${id} ${leaseNo}`),
  ];
  const known = new Set(leases);
  return claimed.filter(({ jobId, leaseNo }) => known.has(`${jobId} ${leaseNo}`));
}

function faultUnderOneLease({ statuses }: AtLease): string | null {
  const waiting = [...statuses].filter(isWaitingStatus);
  const terminal = [...statuses].filter(isTerminalStatus);
  const isLegal = statuses.has("processing")
    ? statuses.size === 1
    : waiting.length <= 1 && terminal.length <= 1;
  return isLegal ? null : `was ${[...statuses].join(" and ")} without a change of hands`;
}

function faultBetween(before: AtLease, after: AtLease, isRetried: boolean): string | null {
  const from = [...before.statuses].find(isTerminalStatus) ?? [...before.statuses][0];
  const to = [...after.statuses].find((status) => !isTerminalStatus(status)) ?? [...after.statuses][0];
  if (from === undefined || to === undefined) return null;
  const fault = `became ${to} from ${from}`;
  if (from === "completed" || (isTerminalStatus(from) && !isRetried)) return fault;
  // What happened between numbers that are further apart, or before a retry, nobody saw.
  if (isRetried || after.leaseNo !== before.leaseNo + 1) return null;
  const allowed = leaseEvents.flatMap((event) => transitionTable[from][event] ?? []);
  // A job that waited may have ended before anybody saw it wait.
  const isLegal = allowed.includes(to) || (isTerminalStatus(to) && allowed.some(isWaitingStatus));
  return isLegal ? null : fault;
}
