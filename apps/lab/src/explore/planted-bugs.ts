import { isDeferral, type Job, toEpochMs } from "@sluice/core";
import { type Rules, realRules } from "./rules.js";
import { smallWorld, type WorldSize } from "./world.js";

export interface PlantedBug {
  readonly about: string;
  /** The world that shows it. */
  readonly size: WorldSize;
  readonly rules: Rules;
}

/** Mistakes that were made in this trade, to show that the exploration would find them. */
export const plantedBugs = {
  "fence-on-attempts": {
    about: "a commit is fenced by the number of attempts, which deferrals give back",
    // A forgotten claim would be a shorter way into the same trouble, and another story.
    size: { ...smallWorld, durableClaims: true },
    rules: {
      ...realRules,
      endRun: (job, held, end) =>
        job.status === "processing" && job.attempts === held.attempts
          ? realRules.endRun(job, job, end)
          : { outcome: "rejected", reason: "stale-lease" },
    },
  },
  "fence-without-nonce": {
    about: "a commit is fenced by the lease number alone, which a crash of the database gives out twice",
    size: smallWorld,
    rules: {
      ...realRules,
      endRun: (job, held, end) => realRules.endRun(job, withNonceOf(job, held), end),
    },
  },
  "shorter-pause": {
    about: "a later refusal sets the end of a closing, even to an earlier time",
    size: smallWorld,
    rules: {
      ...realRules,
      gateAfterRun: (gate, run, policy) =>
        realRules.gateAfterRun(
          run.refused === null ? gate : { ...gate, closing: null, epochAt: toEpochMs(0) },
          run,
          policy,
        ),
    },
  },
  "attempt-kept": {
    about: "a deferral keeps the attempt that the claim counted",
    size: smallWorld,
    rules: {
      ...realRules,
      endRun: (job, held, end) => {
        const decision = realRules.endRun(job, held, end);
        return decision.outcome === "accepted" && isDeferral[end.outcome.type]
          ? { ...decision, next: { ...decision.next, attempts: job.attempts } }
          : decision;
      },
    },
  },
} as const satisfies { [name: string]: PlantedBug };

export type PlantedBugName = keyof typeof plantedBugs;

export const plantedBugNames = Object.keys(plantedBugs) as readonly PlantedBugName[];

function withNonceOf<Held extends { lease: { claimNonce: number } }>(job: Job, held: Held): Held {
  if (job.status !== "processing") return held;
  return { ...held, lease: { ...held.lease, claimNonce: job.lease.claimNonce } };
}
