import type { JobId } from "@sluice/core";

/** What must hold of every history. */
export type Invariant =
  /** Every job that was made is there, or was deleted; and no other is. */
  | "accounted-for"
  /** Nothing waits or runs any more. Only asked for where everything should have come to its end. */
  | "ended"
  /** No lease is given out twice, and each run's end is answered the same every time. */
  | "one-lease"
  /** One ledger entry per lease, and the one that the run's worker was told. */
  | "one-end-per-lease"
  /** What was saved, was saved once, by the run that succeeded. */
  | "saved-once"
  /** The counters of a job are those of its ledger since the last retry, and within bounds. */
  | "counters"
  /** Statuses follow one another as the transition table says; what has ended is left by a retry only. */
  | "legal-statuses"
  /** No claim that began after a gate was known to be closed took a job through it. */
  | "closed-gates"
  /** One live job per key. */
  | "one-live-job-per-key";

export interface Violation {
  readonly invariant: Invariant;
  readonly jobId: JobId | null;
  readonly message: string;
}

export function violation(invariant: Invariant, jobId: JobId | null, message: string): Violation {
  return { invariant, jobId, message };
}
