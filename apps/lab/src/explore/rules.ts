import {
  fenceOf,
  gateAfterRun,
  type Job,
  type JobDecision,
  type ProcessingJob,
  type RunOutcome,
  transitionJob,
} from "@sluice/core";
import { worldPolicy } from "./world.js";

/** The decisions of core that the world is made by; a planted bug replaces one of them. */
export interface Rules {
  readonly transitionJob: typeof transitionJob;
  readonly endRun: (job: Job, held: ProcessingJob, end: RunEnd) => JobDecision;
  readonly gateAfterRun: typeof gateAfterRun;
}

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly elapsedMs: number;
  readonly jitter: number;
}

export const realRules: Rules = {
  transitionJob,
  endRun: (job, held, end) => {
    const { leaseNo, claimNonce } = fenceOf(held);
    return transitionJob(job, { type: "run-ended", leaseNo, claimNonce, ...end }, worldPolicy);
  },
  gateAfterRun,
};
