import fc from "fast-check";
import { applyDecision } from "../src/job/apply-decision.js";
import { newJob } from "../src/job/decide-enqueue.js";
import type { Job } from "../src/job/job.js";
import type { JobDecision } from "../src/job/job-decision.js";
import type { JobEvent } from "../src/job/job-event.js";
import type { JobPolicy } from "../src/job/job-policy.js";
import { type RunOutcome, type RunOutcomeType, runOutcomeTypes } from "../src/job/run-outcome.js";
import { transitionJob } from "../src/job/transition-job.js";
import type { NewJob } from "../src/ports/new-job.js";
import { addMs, type EpochMs } from "../src/time.js";
import { deepFreeze } from "./deep-freeze.js";
import { outcomes, replacement, request, start } from "./sample-jobs.js";

/** Something happens to a job: what, how long after the thing before, and by whose lease, if it names one. */
export interface Move {
  /** `goes-on`: whatever comes next in an ordinary life. */
  readonly type: JobEvent["type"] | "goes-on";
  readonly afterMs: number;
  /** `stale`: a number that the job once had; `foreign`: the right number, another claim's nonce. */
  readonly lease: "current" | "stale" | "foreign";
  readonly outcome: RunOutcome;
  readonly jitter: number;
  readonly keyIsLive: boolean;
  readonly deadlineInMs: number | null;
}

export interface Step {
  readonly before: Job;
  readonly event: JobEvent;
  readonly decision: JobDecision;
  readonly after: Job;
  readonly now: EpochMs;
}

const HOUR_MS = 3_600_000;
const someMs = fc.oneof(fc.nat(60_000), fc.nat(30 * HOUR_MS), fc.double({ min: 0, max: 1e6, noNaN: true }));

const someOutcome: fc.Arbitrary<RunOutcome> = fc
  .record({
    type: fc.constantFrom<RunOutcomeType[]>(...runOutcomeTypes),
    waitMs: fc.option(someMs),
    scope: fc.constantFrom("minute" as const, "day" as const),
  })
  .map(({ type, waitMs, scope }): RunOutcome => {
    const outcome = outcomes[type];
    if (outcome.type === "rate_limited") return { ...outcome, waitMs, scope };
    return "waitMs" in outcome ? { ...outcome, waitMs } : outcome;
  });

const somePolicy: fc.Arbitrary<JobPolicy> = fc.record({
  backoff: fc.record({ baseMs: fc.nat(60_000), maxMs: fc.nat(600_000) }),
  maxDeferredMs: fc.nat(48 * HOUR_MS),
});

const someRequest: fc.Arbitrary<NewJob> = fc.record({
  id: fc.constant(request.id),
  taskType: fc.constant(request.taskType),
  target: fc.constantFrom(request.target, null),
  payload: fc.record({ lang: fc.string() }, { noNullPrototype: true }),
  priority: fc.integer({ min: -10, max: 10 }),
  due: fc.record({ inMs: fc.nat(HOUR_MS) }),
  deadline: fc.option(fc.record({ inMs: fc.nat(48 * HOUR_MS) })),
  maxAttempts: fc.integer({ min: 1, max: 5 }),
  dedupe: fc.constantFrom(request.dedupe, null),
});

const someMoveType = fc.oneof(
  { weight: 3, arbitrary: fc.constant("goes-on" as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "claimed" as const,
      "run-ended" as const,
      "lease-renewed" as const,
      "lease-expired" as const,
      "cancel-requested" as const,
      "replaced" as const,
      "deadline-passed" as const,
      "found-unroutable" as const,
      "retry-requested" as const,
    ),
  },
);

const someMove: fc.Arbitrary<Move> = fc.record({
  type: someMoveType,
  afterMs: someMs,
  lease: fc.oneof(
    { weight: 6, arbitrary: fc.constant("current" as const) },
    { weight: 1, arbitrary: fc.constantFrom("stale" as const, "foreign" as const) },
  ),
  outcome: someOutcome,
  jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  keyIsLive: fc.boolean(),
  deadlineInMs: fc.option(fc.integer({ min: -HOUR_MS, max: 48 * HOUR_MS })),
});

/** Lives of jobs: everything that happened to one, in order, refused events included. Everything in it is frozen. */
export const someLife: fc.Arbitrary<{ policy: JobPolicy; steps: readonly Step[] }> = fc
  .record({
    request: someRequest,
    policy: somePolicy,
    moves: fc.array(someMove, { minLength: 1, maxLength: 40, size: "max" }),
  })
  .map(({ request, policy, moves }) => ({
    policy: deepFreeze(policy),
    steps: live(deepFreeze(newJob(request, start)), moves, policy),
  }));

function live(born: Job, moves: readonly Move[], policy: JobPolicy): Step[] {
  const steps: Step[] = [];
  let job = born;
  let now = start;
  for (const [index, move] of moves.entries()) {
    now = addMs(now, Math.round(move.afterMs));
    const event = deepFreeze(eventOf(move, job, index, now));
    const decision = deepFreeze(transitionJob(job, event, policy));
    const after = decision.outcome === "accepted" ? deepFreeze(applyDecision(job, decision.next, now)) : job;
    steps.push({ before: job, event, decision, after, now });
    job = after;
  }
  return steps;
}

function eventOf(move: Move, job: Job, index: number, now: EpochMs): JobEvent {
  const { outcome, jitter, keyIsLive, deadlineInMs } = move;
  const type = move.type === "goes-on" ? ordinaryEvent(job) : move.type;
  const lease = job.status === "processing" ? job.lease : null;
  const leaseNo = move.lease === "stale" ? Math.max(0, job.leaseNo - 1) : job.leaseNo;
  const claimNonce = (lease?.claimNonce ?? 0) + (move.lease === "foreign" ? 1 : 0);
  const elapsedMs = lease === null ? 0 : now - lease.claimedAt + jitter; // a worker's clock has fractions
  switch (type) {
    case "claimed":
      return { type, workerId: `w${index % 3}`, claimNonce: 1_000 + index, leaseMs: 15_000 };
    case "lease-renewed":
      return { type, leaseNo, claimNonce, leaseMs: 15_000 };
    case "run-ended":
      return { type, leaseNo, claimNonce, outcome, elapsedMs, jitter };
    case "lease-expired":
      return { type, leaseNo, elapsedMs };
    case "retry-requested":
      return { type, keyIsLive };
    case "replaced":
      return {
        type,
        replacement: { ...replacement, deadline: deadlineInMs === null ? null : { inMs: deadlineInMs } },
      };
    case "found-unroutable":
      return { type, failure: { name: "Unroutable", code: "unroutable", message: "nobody runs it" } };
    default:
      return { type };
  }
}

function ordinaryEvent(job: Job): "claimed" | "run-ended" | "retry-requested" {
  if (job.status === "processing") return "run-ended";
  return "dueAt" in job ? "claimed" : "retry-requested";
}
