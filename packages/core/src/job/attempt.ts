import type { JobId } from "../job-id.js";
import type { EpochMs } from "../time.js";
import type { RunFailure } from "./failure.js";
import type { RunOutcomeType } from "./run-outcome.js";

/** What a run used of a model. `null` is unknown, never 0. */
export interface RunUsage {
  /** `provider:model` that answered. */
  readonly model: string | null;
  /** All input tokens, cached ones included. */
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars as a decimal number in text, so that nothing is rounded. */
  readonly costUsd: string | null;
}

/** One run of a job in the attempt ledger, keyed by job and lease number. */
export interface Attempt {
  readonly jobId: JobId;
  readonly leaseNo: number;
  readonly outcome: RunOutcomeType;
  readonly workerId: string;
  readonly claimedAt: EpochMs;
  readonly endedAt: EpochMs;
  readonly failure: RunFailure | null;
  readonly usage: RunUsage | null;
}
