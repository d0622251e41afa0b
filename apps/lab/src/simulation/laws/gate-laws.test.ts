import {
  closeGate,
  type EndedRun,
  type Gate,
  type JobId,
  newGate,
  noLimits,
  openGate,
  type ProcessingJob,
  pauseGate,
  resumeGate,
  taskGateKey,
  toEpochMs,
} from "@sluice/core";
import { expect, test } from "vitest";
import { checkClaim, checkGateChange, checkRefusal, type Glimpse } from "./gate-laws.js";

const now = toEpochMs(1_800_000_000_000);
const key = taskGateKey("index");
const open = newGate(key, { ...noLimits, maxInFlight: 1 });
const closed = closeGate(open, {
  now,
  claimedAt: now,
  reason: "rate_limited",
  waitMs: 5_000,
  detail: null,
  jobId: null,
});

function running(id: string): ProcessingJob {
  const lease = { workerId: "worker-1.1", claimNonce: 1, claimedAt: now, expiresAt: toEpochMs(now + 1_000) };
  return { id, taskType: "index", status: "processing", leaseNo: 1, lease } as ProcessingJob; // all that is looked at
}

function glimpse(gate: Gate, ...jobs: readonly ProcessingJob[]): Glimpse {
  return { now, jobs: new Map(jobs.map((job) => [job.id as JobId, job])), gates: new Map([[key, gate]]) };
}

function claimThrough(gate: Gate, ...jobs: readonly ProcessingJob[]) {
  const seen = { gates: [gate], after: glimpse(gate, ...jobs), declared: new Map() };
  return checkClaim({ jobs: jobs.slice(0, 1), retryInMs: null }, seen);
}

test("a claim through a closed gate, or beyond the window, is found", () => {
  expect(claimThrough(open, running("one"))).toEqual([]);
  expect(claimThrough(closed, running("one"))).toEqual([
    "claimed through task:index, closed for another 5000 ms",
  ]);
  expect(claimThrough(open, running("one"), running("other"))).toEqual([
    "2 in flight behind task:index, of 1",
  ]);
});

test("only an operator opens, or ends a pause", () => {
  const opened = openGate(closed, { now });
  expect(checkGateChange(closed, opened, { now, operation: "open-gate" })).toEqual([]);
  expect(checkGateChange(closed, opened, { now, operation: "commit" })).toEqual([
    "closing of task:index shortened by commit",
  ]);
  const paused = pauseGate(open, { now, forMs: 1_000 });
  expect(checkGateChange(paused, resumeGate(paused), { now, operation: "resume-gate" })).toEqual([]);
  expect(checkGateChange(paused, resumeGate(paused), { now, operation: "claim" })).toEqual([
    "pause of task:index shortened by claim",
  ]);
});

test("a wait that the provider named is kept, for news and for a longer one", () => {
  const failure = { name: "RateLimitedError", code: "rate_limited", message: "429" };
  const job = running("one");
  const refused = (waitMs: number): Pick<EndedRun, "job" | "outcome"> => ({
    job,
    outcome: { type: "rate_limited", scope: "minute", waitMs, gateKey: key, failure },
  });
  const after = new Map([[key, closed]]);
  expect(checkRefusal(refused(5_000), { before: [open], after, now })).toEqual([]);
  expect(checkRefusal(refused(6_000), { before: [open], after, now })).toEqual([
    "task:index closed for 5000 ms, the provider asked for 6000",
  ]);
  expect(checkRefusal(refused(6_000), { before: [closed], after, now })).toHaveLength(1);
  expect(checkRefusal(refused(4_000), { before: [closed], after, now })).toEqual([]);
});
