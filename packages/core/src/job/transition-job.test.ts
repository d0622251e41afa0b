import { describe, expect, test } from "vitest";
import {
  after,
  askedToCancel,
  at,
  claim,
  decide,
  failure,
  outcomes,
  pendingJob,
  replacement,
  run,
  runEnded,
  start,
} from "../../test/sample-jobs.js";
import type { Job } from "./job.js";
import type { JobEvent } from "./job-event.js";
import { defaultJobPolicy } from "./job-policy.js";
import { transitionJob } from "./transition-job.js";

const claimed: JobEvent = { type: "claimed", workerId: "w2", claimNonce: 8, leaseMs: 15_000 };

function refusal(job: Job, event: JobEvent): string {
  const decision = transitionJob(job, event, defaultJobPolicy);
  return decision.outcome === "rejected" ? decision.reason : "accepted";
}

describe("a claim", () => {
  test("counts the attempt and gives a new lease", () => {
    const job = claim(pendingJob(), { now: at(5), claimNonce: 7, workerId: "w1" });
    expect(job).toMatchObject({ status: "processing", attempts: 1, leaseNo: 1 });
    expect(job.lease).toEqual({ workerId: "w1", claimNonce: 7, claimedAt: at(5), expiresAt: at(15_005) });
  });

  test("writes no target status: processing is derived", () => {
    expect(decide(pendingJob(), claimed).effects).toEqual([]);
  });

  test("is refused while the job runs and when it has ended", () => {
    expect(refusal(claim(pendingJob()), claimed)).toBe("wrong-status");
    expect(refusal(run(pendingJob(), outcomes.succeeded), claimed)).toBe("wrong-status");
  });

  test("is refused when the attempts are used up, wherever such a row came from", () => {
    expect(refusal({ ...pendingJob(), attempts: 3 }, claimed)).toBe("wrong-status");
  });
});

describe("a lease", () => {
  const job = claim(pendingJob());
  const { leaseNo } = job;

  test("is pushed on by its holder only", () => {
    const renewed = after(job, { type: "lease-renewed", leaseNo, claimNonce: 7, leaseMs: 15_000 }, at(9_000));
    expect(renewed).toEqual({ ...job, lease: { ...job.lease, expiresAt: at(24_000) } });
    expect(refusal(job, { type: "lease-renewed", leaseNo: 0, claimNonce: 7, leaseMs: 1 })).toBe(
      "stale-lease",
    );
    expect(refusal(job, { type: "lease-renewed", leaseNo, claimNonce: 8, leaseMs: 1 })).toBe("stale-lease");
  });

  test("that is stale never ends a run", () => {
    const reclaimed = after(job, { type: "lease-expired", leaseNo, elapsedMs: 15_000 });
    const again = claim(reclaimed, { claimNonce: 8 });
    expect(refusal(reclaimed, runEnded(job, outcomes.succeeded))).toBe("stale-lease");
    expect(refusal(again, runEnded(job, outcomes.succeeded))).toBe("stale-lease");
    expect(refusal(again, runEnded(again, outcomes.succeeded))).toBe("accepted");
  });

  test("with the right number and another claim's nonce never ends a run", () => {
    expect(refusal(job, { ...runEnded(job, outcomes.succeeded), claimNonce: 8 })).toBe("stale-lease");
  });

  test("that ran out and was given to nobody still counts", () => {
    const late = runEnded(job, outcomes.succeeded, { elapsedMs: 3_600_000 });
    expect(refusal(job, late)).toBe("accepted");
  });

  test("that was taken back is not taken back twice", () => {
    const expired: JobEvent = { type: "lease-expired", leaseNo, elapsedMs: 15_000 };
    expect(refusal(after(job, expired), expired)).toBe("stale-lease");
    expect(refusal(claim(after(job, expired)), expired)).toBe("stale-lease");
  });

  test("that is lost costs the attempt, and names the worker", () => {
    const lost = decide(job, { type: "lease-expired", leaseNo, elapsedMs: 15_000 });
    expect(lost.next).toMatchObject({ status: "retry_ai", attempts: 1, due: { inMs: 0 } });
    expect(lost.effects[0]).toMatchObject({
      type: "record-attempt",
      leaseNo,
      outcome: "lease_lost",
      failure: {
        name: "LeaseLost",
        code: "lease_lost",
        message: "worker w1 did not renew its lease; it has died or was cut off",
      },
    });
  });
});

describe("cancelling", () => {
  test("ends a waiting job at once", () => {
    const { next, effects } = decide(pendingJob(), { type: "cancel-requested" });
    expect(next.status).toBe("cancelled");
    expect(effects).toEqual([
      { type: "set-target-status", target: { type: "article", id: "a1" }, status: "cancelled" },
    ]);
  });

  test("of a running job is a request, which its worker is told", () => {
    const job = claim(pendingJob());
    const { next, effects } = decide(job, { type: "cancel-requested" });
    expect(next.status).toBe("processing");
    expect(effects).toEqual([{ type: "abort-run", workerId: "w1" }]);
    expect(askedToCancel(job)).toEqual({ ...job, cancelRequestedAt: start });
  });

  test("of a job that has ended is refused", () => {
    expect(refusal(run(pendingJob(), outcomes.permanent), { type: "cancel-requested" })).toBe("wrong-status");
  });
});

describe("a retry", () => {
  const retry: JobEvent = { type: "retry-requested", keyIsLive: false };

  test("begins anew: attempts, deferrals, invalid outputs, clock and deadline are cleared, the history is not", () => {
    let job: Job = run(pendingJob({ deadline: { inMs: 99_000_000 } }), outcomes.rate_limited);
    job = run(run(run(job, outcomes.output_invalid), outcomes.superseded), outcomes.permanent, at(5));
    expect(job).toMatchObject({
      status: "failed_ai",
      attempts: 2,
      deferrals: 2,
      invalidOutputs: 1,
      leaseNo: 8,
    });
    expect(after(job, retry, at(60_000))).toMatchObject({
      status: "pending",
      attempts: 0,
      deferrals: 0,
      invalidOutputs: 0,
      deferralClock: { spentMs: 0, runningSinceAt: null },
      deadlineAt: null,
      dueAt: at(60_000),
      leaseNo: 9,
      retriedAtLeaseNo: 9,
      lastFailure: { code: "boom", at: at(5) },
    });
  });

  test.each(["permanent", "payload_invalid", "unroutable", "cancelled"] as const)(
    "takes a job that ended as %s back",
    (type) => {
      expect(after(run(pendingJob(), outcomes[type]), retry).status).toBe("pending");
    },
  );

  test("is refused for a live job, a completed one, and one whose key is live again", () => {
    expect(refusal(pendingJob(), retry)).toBe("wrong-status");
    expect(refusal(claim(pendingJob()), retry)).toBe("wrong-status");
    expect(refusal(run(pendingJob(), outcomes.succeeded), retry)).toBe("wrong-status");
    const failed = run(pendingJob(), outcomes.permanent);
    expect(refusal(failed, { type: "retry-requested", keyIsLive: true })).toBe("key-is-live");
  });
});

describe("a replacement", () => {
  const replaced: JobEvent = { type: "replaced", replacement };

  test("of a waiting job takes its payload, priority, due time and deadline, and leaves its attempts", () => {
    const waiting = run(pendingJob(), outcomes.transient);
    expect(after(waiting, replaced, at(100))).toEqual({
      ...waiting,
      payload: { lang: "fr" },
      priority: -5,
      dueAt: at(7_100),
      deadlineAt: at(60_100),
    });
  });

  test("without a deadline takes the old one away", () => {
    const open: JobEvent = { type: "replaced", replacement: { ...replacement, deadline: null } };
    expect(after(pendingJob({ deadline: { inMs: 10 } }), open)).toMatchObject({ deadlineAt: null });
  });

  test("of a running job waits for its end; the latest request counts", () => {
    const job = claim(pendingJob());
    const once = after(job, replaced, at(100));
    const { due: _, deadline: __, ...kept } = replacement;
    expect(once).toEqual({ ...job, rerun: { ...kept, dueAt: at(7_100), deadlineAt: at(60_100) } });
    const latest: JobEvent = { type: "replaced", replacement: { ...replacement, payload: "latest" } };
    expect(after(once, latest, at(200))).toMatchObject({ rerun: { payload: "latest", dueAt: at(7_200) } });
  });

  test("after a request to cancel is kept for when the job has ended; before it, it is taken back", () => {
    const both = after(askedToCancel(claim(pendingJob())), replaced);
    expect(both).toMatchObject({ cancelRequestedAt: start, rerun: { payload: { lang: "fr" } } });
    const other = after(after(claim(pendingJob()), replaced), { type: "cancel-requested" });
    expect(other).toMatchObject({ cancelRequestedAt: start, rerun: null });
  });

  test("of a job that has ended is refused", () => {
    expect(refusal(run(pendingJob(), outcomes.succeeded), replaced)).toBe("wrong-status");
  });
});

describe("a waiting job", () => {
  test("ends as failed_ai when its deadline passes, and only if it has one", () => {
    const job = pendingJob({ deadline: { inMs: 10 } });
    expect(decide(job, { type: "deadline-passed" }).next).toMatchObject({
      status: "failed_ai",
      failure: {
        name: "DeadlinePassed",
        code: "deadline_passed",
        message: "the job's deadline passed while it waited",
      },
    });
    expect(refusal(pendingJob(), { type: "deadline-passed" })).toBe("wrong-status");
    expect(refusal(claim(job), { type: "deadline-passed" })).toBe("wrong-status");
  });

  test("ends as failed_job_logic when nobody can run it", () => {
    const { next, effects } = decide(pendingJob(), { type: "found-unroutable", failure });
    expect(next).toMatchObject({ status: "failed_job_logic", failure });
    expect(effects).toMatchObject([{ type: "set-target-status", status: "failed_job_logic" }]);
    expect(refusal(claim(pendingJob()), { type: "found-unroutable", failure })).toBe("wrong-status");
  });

  test("has no target to tell when it is about none", () => {
    expect(decide(pendingJob({ target: null }), { type: "cancel-requested" }).effects).toEqual([]);
  });
});

test("an event from another version of the code is a bug, not a decision", () => {
  const unknown = { type: "paused" } as unknown as JobEvent;
  expect(() => transitionJob(pendingJob(), unknown, defaultJobPolicy)).toThrow(/unexpected value.*paused/);
});
