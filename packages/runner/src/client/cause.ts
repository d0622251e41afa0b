import type { ClosingReason, EpochMs, GateKey, JobId, RunFailure } from "@sluice/core";

/** Why jobs of a task type do not run, as data. Instants are on the store's clock. */
export type Cause =
  | StoredCause
  /** The store does not answer: the database is away, say. Then nothing else is known. */
  | { readonly type: "store-away"; readonly failure: RunFailure };

/** What the store knows to be in the way. */
export type StoredCause =
  | { readonly type: "nothing-waiting"; readonly running: number }
  /** By an operator. `until` `null`: until somebody resumes it. */
  | { readonly type: "paused"; readonly gate: GateKey; readonly until: EpochMs | null }
  /** By a provider's answer. */
  | {
      readonly type: "closed";
      readonly gate: GateKey;
      readonly reason: ClosingReason;
      readonly detail: string | null;
      readonly jobId: string | null;
      readonly until: EpochMs;
    }
  /** Half open: one job at a time, until one succeeds. */
  | {
      readonly type: "probing";
      readonly gate: GateKey;
      readonly reason: ClosingReason;
      readonly detail: string | null;
      readonly inFlight: number;
    }
  /** The budget of the moment is used up. */
  | { readonly type: "no-permit"; readonly gate: GateKey; readonly nextPermitAt: EpochMs }
  | {
      readonly type: "window-full";
      readonly gate: GateKey;
      readonly inFlight: number;
      readonly maxInFlight: number;
    }
  /** All waiting jobs are due later: enqueued so, or backing off. */
  | {
      readonly type: "due-later";
      readonly waiting: number;
      readonly backingOff: number;
      readonly nextDueAt: EpochMs;
      readonly nextJobId: JobId;
    }
  | { readonly type: "no-live-worker"; readonly liveWorkers: number; readonly lastSeenAt: EpochMs | null }
  /** `running`: slots that are taken, by handlers that do not stop, too. */
  | {
      readonly type: "workers-busy";
      readonly workers: number;
      readonly running: number;
      readonly concurrency: number;
    };
