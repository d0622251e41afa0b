import { assertNever } from "../assert-never.js";
import { decideRunEnd } from "./decide-run-end.js";
import { accepted, endedWhileWaiting, rejected, targetStatusEffect } from "./decisions.js";
import { makeFailure } from "./failure.js";
import type { Job, ProcessingJob, WaitingJob } from "./job.js";
import type { JobDecision } from "./job-decision.js";
import type { JobEvent } from "./job-event.js";
import type { JobPolicy } from "./job-policy.js";
import { isTerminalStatus, isWaitingStatus } from "./job-status.js";

/**
 * The rules of a job's life, all of them: what `event` makes of `job`. Pure: same input, same decision. Which statuses
 * each event may lead to stands in `transitionTable`.
 */
export function transitionJob(job: Job, event: JobEvent, policy: JobPolicy): JobDecision {
  switch (event.type) {
    case "claimed": {
      if (!isWaiting(job) || job.attempts >= job.maxAttempts) return rejected("wrong-status");
      const { workerId, claimNonce, leaseMs } = event;
      const counters = { attempts: job.attempts + 1, leaseNo: job.leaseNo + 1 };
      const lease = { workerId, claimNonce, leaseMs };
      return accepted(job, counters, { status: "processing", lease, request: null });
    }

    case "lease-renewed": {
      if (!isHeld(job, event)) return rejected("stale-lease");
      const lease = { renewedForMs: event.leaseMs };
      return accepted(job, {}, { status: "processing", lease, request: null });
    }

    case "run-ended":
      return isHeld(job, event) ? decideRunEnd(job, event, policy) : rejected("stale-lease");

    case "lease-expired": {
      if (job.status !== "processing" || job.leaseNo !== event.leaseNo) return rejected("stale-lease");
      const message = `worker ${job.lease.workerId} did not renew its lease; it has died or was cut off`;
      const failure = makeFailure("LeaseLost", "lease_lost", message);
      const { elapsedMs } = event;
      return decideRunEnd(job, { outcome: { type: "lease_lost", failure }, elapsedMs, jitter: 0 }, policy);
    }

    case "cancel-requested": {
      if (isWaiting(job)) return endedWhileWaiting(job, { status: "cancelled" });
      if (job.status !== "processing") return rejected("wrong-status");
      const effect = { type: "abort-run", workerId: job.lease.workerId } as const;
      return accepted(job, {}, { status: "processing", lease: "kept", request: "cancel" }, [effect]);
    }

    case "retry-requested": {
      if (!isTerminalStatus(job.status) || job.status === "completed") return rejected("wrong-status");
      if (event.keyIsLive) return rejected("key-is-live");
      const leaseNo = job.leaseNo + 1;
      const deferralClock = { spentMs: 0, runs: false };
      return accepted(
        job,
        { attempts: 0, deferrals: 0, invalidOutputs: 0, leaseNo, retriedAtLeaseNo: leaseNo, deferralClock },
        { status: "pending", due: { inMs: 0 }, deadline: "cleared", replacement: null, failure: "kept" },
        targetStatusEffect(job, "pending"),
      );
    }

    case "replaced": {
      const { replacement } = event;
      if (isWaiting(job)) {
        const { due } = replacement;
        const state = { status: job.status, due, deadline: "kept", replacement, failure: "kept" } as const;
        return accepted(job, {}, state);
      }
      if (job.status !== "processing") return rejected("wrong-status");
      return accepted(job, {}, { status: "processing", lease: "kept", request: { rerun: replacement } });
    }

    case "deadline-passed": {
      if (!isWaiting(job) || job.deadlineAt === null) return rejected("wrong-status");
      const failure = makeFailure(
        "DeadlinePassed",
        "deadline_passed",
        "the job's deadline passed while it waited",
      );
      return endedWhileWaiting(job, { status: "failed_ai", failure });
    }

    case "found-unroutable":
      if (!isWaiting(job)) return rejected("wrong-status");
      return endedWhileWaiting(job, { status: "failed_job_logic", failure: event.failure });

    default:
      return assertNever(event);
  }
}

function isWaiting(job: Job): job is WaitingJob {
  return isWaitingStatus(job.status);
}

function isHeld(
  job: Job,
  lease: { readonly leaseNo: number; readonly claimNonce: number },
): job is ProcessingJob {
  return (
    job.status === "processing" && job.leaseNo === lease.leaseNo && job.lease.claimNonce === lease.claimNonce
  );
}
