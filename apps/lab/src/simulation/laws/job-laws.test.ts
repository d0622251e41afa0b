import {
  type Attempt,
  type JobId,
  newJob,
  type PendingJob,
  type RunOutcomeType,
  toEpochMs,
} from "@sluice/core";
import { expect, test } from "vitest";
import { checkCounters, checkJobChange, findDoubleKeys } from "./job-laws.js";

const now = toEpochMs(1_800_000_000_000);
const job: PendingJob = newJob(
  {
    id: "00000000-0000-7000-8000-000000000001" as JobId,
    taskType: "index",
    target: null,
    payload: null,
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: { key: "key-1", mode: "keep" },
  },
  now,
);
const lease = { workerId: "worker-1.1", claimNonce: 1, claimedAt: now, expiresAt: now };
const running = {
  ...job,
  status: "processing",
  attempts: 1,
  leaseNo: 1,
  lease,
  cancelRequestedAt: null,
  rerun: null,
} as const;
const completed = {
  ...job,
  status: "completed",
  attempts: 1,
  leaseNo: 2,
  finishedAt: now,
  result: null,
} as const;

function attempt(leaseNo: number, outcome: RunOutcomeType): Attempt {
  const at = { workerId: "worker-1.1", claimedAt: now, endedAt: now };
  return { jobId: job.id, leaseNo, outcome, failure: null, usage: null, ...at };
}

test("a job that is claimed, runs and is completed breaks nothing", () => {
  expect(checkJobChange(null, job, "enqueue")).toEqual([]);
  expect(checkJobChange(job, running, "claim")).toEqual([]);
  expect(checkJobChange(running, completed, "commit")).toEqual([]);
});

test("a lease that does not grow, or is given out by anything but a claim, is found", () => {
  expect(checkJobChange(job, { ...running, leaseNo: 0 }, "claim")).toEqual([
    "held under lease 0 after 0 by claim",
  ]);
  expect(checkJobChange(job, running, "renew")).toEqual(["held under lease 1 after 0 by renew"]);
  expect(checkJobChange(running, { ...completed, leaseNo: 0 }, "commit")).toEqual(["lease 0 after 1"]);
});

test("nothing leaves its end but by a retry, and a completed job not even so", () => {
  const failed = { ...completed, status: "cancelled" } as const;
  const again = { ...job, leaseNo: 3, retriedAtLeaseNo: 3 };
  expect(checkJobChange(failed, again, "retry")).toEqual([]);
  expect(checkJobChange(failed, again, "enqueue")).toEqual(["left cancelled for pending by enqueue"]);
  expect(checkJobChange(completed, again, "retry")).toEqual(["pending after completed"]);
});

test("attempts beyond the last are found", () => {
  expect(checkJobChange(job, { ...running, attempts: 4 }, "claim")).toEqual(["4 attempts of 3"]);
});

test("counters are those of the ledger since the last retry", () => {
  expect(checkCounters(running, [])).toEqual([]);
  expect(checkCounters(completed, [attempt(1, "succeeded")])).toEqual([]);
  expect(checkCounters({ ...job, leaseNo: 2 }, [attempt(1, "timeout")])).toEqual([
    "0 attempts, 1 by the ledger",
  ]);
  expect(checkCounters({ ...job, leaseNo: 2 }, [attempt(1, "rate_limited")])).toEqual([
    "0 deferrals, 1 by the ledger",
  ]);
  expect(checkCounters({ ...job, leaseNo: 3, retriedAtLeaseNo: 3 }, [attempt(1, "timeout")])).toEqual([]);
});

test("two live jobs with one key are found, a finished one does not count", () => {
  const other = { ...job, id: "00000000-0000-7000-8000-000000000002" as JobId };
  expect(findDoubleKeys([completed, other])).toEqual([]);
  expect(findDoubleKeys([running, other])).toEqual([
    `${other.id} and ${job.id} both have the key index/key-1`,
  ]);
});
