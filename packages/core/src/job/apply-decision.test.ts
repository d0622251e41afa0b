import { describe, expect, test } from "vitest";
import {
  after,
  askedToCancel,
  askedToRerun,
  at,
  claim,
  decide,
  failure,
  outcomes,
  pendingJob,
  replacement,
  runEnded,
  start,
} from "../../test/sample-jobs.js";
import { applyDecision } from "./apply-decision.js";
import type { Job } from "./job.js";

const running = claim(pendingJob({ deadline: { inMs: 90_000 } }));

function ended(outcome: keyof typeof outcomes): Job {
  return applyDecision(running, decide(running, runEnded(running, outcomes[outcome])).next, at(5));
}

describe("durations count from now", () => {
  test("of a lease", () => {
    const { next } = decide(pendingJob(), { type: "claimed", workerId: "w", claimNonce: 1, leaseMs: 50 });
    expect(applyDecision(pendingJob(), next, at(7))).toMatchObject({
      lease: { claimedAt: at(7), expiresAt: at(57) },
    });
  });

  test("of a wait, a finish and a deferral", () => {
    expect(ended("transient")).toMatchObject({ status: "retry_ai", dueAt: at(1_005) });
    expect(ended("succeeded")).toMatchObject({
      status: "completed",
      finishedAt: at(5),
      result: { chars: 4 },
    });
    expect(ended("rate_limited").deferralClock).toEqual({ spentMs: 0, runningSinceAt: at(5) });
    expect(ended("unavailable").deferralClock).toEqual({ spentMs: 0, runningSinceAt: null });
  });

  test("of a replacement and of a request to run again", () => {
    const replaced = decide(pendingJob(), { type: "replaced", replacement });
    expect(applyDecision(pendingJob(), replaced.next, at(7))).toMatchObject({
      dueAt: at(7_007),
      deadlineAt: at(60_007),
    });
    expect(askedToRerun(running).rerun).toMatchObject({ dueAt: at(7_000), deadlineAt: at(60_000) });
    const open = { ...replacement, deadline: null };
    expect(askedToRerun(running, open).rerun).toMatchObject({ deadlineAt: null });
  });
});

test("a failure is kept with the attempt that it was and the time", () => {
  const kept = { ...failure, attempt: 1, at: at(5) };
  expect(ended("transient").lastFailure).toEqual(kept);
  expect(ended("permanent")).toMatchObject({ status: "failed_ai", lastFailure: kept, finishedAt: at(5) });
  expect(ended("cancelled")).toMatchObject({ status: "cancelled", lastFailure: null });
});

test("a finished job has nothing of the run left in it", () => {
  for (const outcome of ["succeeded", "permanent", "cancelled"] as const)
    for (const key of ["lease", "rerun", "cancelRequestedAt", "dueAt"])
      expect(ended(outcome)).not.toHaveProperty(key);
});

test("a new lease begins without the requests of the last run", () => {
  const asked = askedToRerun(running);
  const again = claim(after(asked, runEnded(asked, outcomes.released)), { now: at(9_000) });
  expect(again).toMatchObject({ rerun: null, cancelRequestedAt: null });
});

test("renewing leaves requests to the run alone", () => {
  const asked = askedToCancel(askedToRerun(running));
  const { leaseNo, lease } = asked;
  const renewal = { type: "lease-renewed", leaseNo, claimNonce: lease.claimNonce, leaseMs: 10 } as const;
  expect(applyDecision(asked, decide(asked, renewal).next, at(1))).toEqual({
    ...asked,
    lease: { ...lease, expiresAt: at(11) },
  });
});

test("a job that waits again keeps its deadline", () => {
  expect(ended("transient")).toMatchObject({ deadlineAt: at(90_000) });
});

test("a retry begins without a deadline, due now", () => {
  const failed = ended("permanent");
  const { next } = decide(failed, { type: "retry-requested", keyIsLive: false });
  expect(applyDecision(failed, next, at(8))).toMatchObject({ deadlineAt: null, dueAt: at(8) });
});

test("a row without a failure where there must be one gets one that says so", () => {
  const odd = { ...pendingJob(), attempts: 1 };
  const { next } = decide(odd, { type: "replaced", replacement });
  expect(applyDecision(odd, { ...next, status: "retry_ai" } as typeof next, start)).toMatchObject({
    lastFailure: {
      name: "Unknown",
      code: "unknown",
      message: "no failure was recorded",
      attempt: 1,
      at: start,
    },
  });
});

test("only a running job has a lease to keep", () => {
  const { next } = decide(running, { type: "cancel-requested" });
  expect(() => applyDecision(pendingJob(), next, start)).toThrow(/lease to keep/);
});
