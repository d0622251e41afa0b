import type { FinishedJob, Job, JobBase, ProcessingJob, WaitingJob } from "../src/job/job.js";
import type { JobEvent } from "../src/job/job-event.js";
import { terminalStatuses, waitingStatuses } from "../src/job/job-status.js";
import { runOutcomeTypes } from "../src/job/run-outcome.js";
import { addMs } from "../src/time.js";
import { deepFreeze } from "./deep-freeze.js";
import { at, failure, outcomes, pendingJob, replacement, start } from "./sample-jobs.js";

const stored = { ...failure, attempt: 1, at: start };
const { status: _, dueAt, ...born } = pendingJob();

const base: JobBase = { ...born, maxAttempts: 2, leaseNo: 4, retriedAtLeaseNo: 0 };

/** Jobs in every status, with each of the things that a decision may look at, both ways. */
export const everyJob: readonly Job[] = deepFreeze([
  ...everyWaiting(),
  ...everyRunning(),
  ...everyFinished(),
]);

function everyWaiting(): WaitingJob[] {
  return waitingStatuses.flatMap((status) =>
    [0, 1].flatMap((attempts) =>
      [null, at(-1)].map((deadlineAt) => {
        const waiting = { ...base, attempts, deadlineAt, dueAt, lastFailure: stored };
        return status === "pending" ? { ...waiting, status } : { ...waiting, status };
      }),
    ),
  );
}

function everyRunning(): ProcessingJob[] {
  const lease = { workerId: "w1", claimNonce: 7, claimedAt: start, expiresAt: at(15_000) };
  const { id, payload, priority, maxAttempts } = replacement;
  const rerunRequest = { id, payload, priority, maxAttempts, dueAt: at(9_000), deadlineAt: null };
  const jobs: ProcessingJob[] = [];
  for (const attempts of [1, 2])
    for (const invalidOutputs of [0, 1])
      for (const deadlineAt of [null, at(500), at(5_000)])
        for (const cancelRequestedAt of [null, at(1)])
          for (const rerun of [null, rerunRequest])
            for (const runningSinceAt of [null, addMs(start, -90_000_000)]) {
              const deferralClock = { spentMs: 0, runningSinceAt };
              const counters = { attempts, invalidOutputs, deferralClock, deadlineAt, lastFailure: stored };
              const run = { status: "processing" as const, dueAt, lease, cancelRequestedAt, rerun };
              jobs.push({ ...base, ...counters, ...run });
            }
  return jobs;
}

function everyFinished(): FinishedJob[] {
  const ended = { ...base, attempts: 1, finishedAt: at(1) };
  return terminalStatuses.map((status) => {
    if (status === "completed") return { ...ended, status, result: null };
    return status === "cancelled" ? { ...ended, status } : { ...ended, status, lastFailure: stored };
  });
}

/** Every event with every outcome, from the holder of the lease of `everyJob`, from an older one and from a foreign one. */
export const everyEvent: readonly JobEvent[] = deepFreeze([
  { type: "claimed", workerId: "w2", claimNonce: 8, leaseMs: 15_000 },
  ...[
    { leaseNo: 4, claimNonce: 7 },
    { leaseNo: 3, claimNonce: 7 },
    { leaseNo: 4, claimNonce: 8 },
  ].flatMap((fence): JobEvent[] => [
    { type: "lease-renewed", ...fence, leaseMs: 15_000 },
    ...runOutcomeTypes.map(
      (type): JobEvent => ({
        type: "run-ended",
        ...fence,
        outcome: outcomes[type],
        elapsedMs: 1_000,
        jitter: 0.5,
      }),
    ),
  ]),
  { type: "lease-expired", leaseNo: 4, elapsedMs: 16_000 },
  { type: "lease-expired", leaseNo: 3, elapsedMs: 16_000 },
  { type: "cancel-requested" },
  { type: "retry-requested", keyIsLive: false },
  { type: "retry-requested", keyIsLive: true },
  { type: "replaced", replacement },
  { type: "deadline-passed" },
  { type: "found-unroutable", failure },
]);
