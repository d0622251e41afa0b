import type {
  AbortReasonType,
  CommitAnswer,
  GateKey,
  JobStatus,
  MaintainAnswer,
  ProcessingJob,
  RunFailure,
  RunOutcome,
  RunOutcomeType,
  RunUsage,
} from "@sluice/core";

/** Calls that a worker makes to its store. Commits of closings and those with a `save` have names of their own. */
export type StoreOperation =
  | "claim"
  | "renew"
  | "commit"
  | "commit-closing"
  | "commit-save"
  | "maintain"
  | "remove-worker"
  | "stop-listening";

/** What happens in a worker, as facts. All durations are in ms, measured by the worker unless said otherwise. */
export type WorkerEvent =
  | { readonly type: "worker-started"; readonly workerId: string; readonly taskTypes: readonly string[] }
  | { readonly type: "worker-stopping"; readonly workerId: string; readonly running: number }
  /** `leftBehind`: runs that could not be committed; their leases run out. */
  | { readonly type: "worker-stopped"; readonly workerId: string; readonly leftBehind: number }

  /** A claim was answered, with or without jobs. `sleepMs`: until it asks again by itself; `null`: at once. */
  | {
      readonly type: "polled";
      readonly limit: number;
      readonly claimed: number;
      readonly durationMs: number;
      readonly sleepMs: number | null;
    }
  /** `waitedMs`: since the job became due, on the store's clock. */
  | { readonly type: "claimed"; readonly job: ProcessingJob; readonly waitedMs: number }
  /** Its handler is called. `durationMs` since the claim's answer: the wait for a slot, and for the payload to be parsed. */
  | { readonly type: "run-started"; readonly job: ProcessingJob; readonly durationMs: number }
  | RunEndedEvent<"run-succeeded">
  /** It counts as an attempt. */
  | (RunEndedEvent<"run-failed"> & { readonly failure: RunFailure | null })
  /** The provider (or the target) said "not now". */
  | (RunEndedEvent<"run-deferred"> & { readonly failure: RunFailure | null })
  /** Given back without an attempt: shutdown, or a gate closed before it began. */
  | RunEndedEvent<"run-released">
  | RunEndedEvent<"run-cancelled">

  /** A run ended by asking the gate to be closed for everyone. `waitMs`: what the provider said. */
  | {
      readonly type: "gate-closing";
      readonly job: ProcessingJob;
      readonly gate: GateKey;
      readonly outcome: "rate_limited" | "unavailable" | "blocked";
      readonly waitMs: number | null;
      readonly failure: RunFailure;
    }
  /** The store says that a gate of this worker's tasks has closed or opened, whoever did it; `listGates` says which. */
  | { readonly type: "gate-changed"; readonly gate: GateKey }
  /** `durationMs` from the end of the run until the store had it. */
  | {
      readonly type: "committed";
      readonly job: ProcessingJob;
      readonly status: JobStatus;
      readonly outcome: RunOutcomeType;
      readonly durationMs: number;
    }
  /** The job was under another lease (or gone): nothing of the run was written. `durationMs` from the end of the run until that was known. */
  | {
      readonly type: "fenced-off";
      readonly job: ProcessingJob;
      readonly outcome: RunOutcomeType;
      readonly answer: Exclude<CommitAnswer["type"], "committed">;
      readonly durationMs: number;
    }
  /** A handler is told to stop. `durationMs` since the claim's answer. */
  | {
      readonly type: "run-aborted";
      readonly job: ProcessingJob;
      readonly reason: AbortReasonType;
      readonly durationMs: number;
    }
  /** Its handler still runs long after its signal was aborted; the job goes on without it. */
  | { readonly type: "handler-stuck"; readonly job: ProcessingJob; readonly reason: AbortReasonType }
  /** Stuck handlers hold all slots, and as many again: no job is claimed until one of them ends. */
  | { readonly type: "out-of-slots"; readonly stuck: number }
  /** A stuck handler has ended after all; what it came to is not used. `durationMs` since the claim's answer. */
  | { readonly type: "late-end-ignored"; readonly job: ProcessingJob; readonly durationMs: number }
  /** The store has renewed the leases of so many runs; 0: it has heard that the worker is there. */
  | { readonly type: "renewed"; readonly runs: number; readonly durationMs: number }
  /** A renewal told that another worker has taken the job back. `durationMs` since the claim's answer. */
  | { readonly type: "lease-lost"; readonly job: ProcessingJob; readonly durationMs: number }
  /** The process stood still for longer than a claim holds: jobs may be lost. */
  | { readonly type: "stalled"; readonly forMs: number }
  | { readonly type: "maintained"; readonly answer: MaintainAnswer; readonly durationMs: number }
  | {
      readonly type: "store-failed";
      readonly operation: StoreOperation;
      readonly error: unknown;
      readonly failuresInARow: number;
      readonly retryInMs: number;
    }
  | { readonly type: "store-recovered"; readonly operation: StoreOperation; readonly afterMs: number }
  /** Something that cannot be, were everybody's code right: the store cannot write the end of a job's run, say. */
  | { readonly type: "fault"; readonly error: unknown; readonly job: ProcessingJob };

interface RunEndedEvent<Type extends string> {
  readonly type: Type;
  readonly job: ProcessingJob;
  readonly outcome: RunOutcome["type"];
  /** Since the claim's answer. */
  readonly durationMs: number;
  readonly usage: RunUsage | null;
}

export type WorkerEventType = WorkerEvent["type"];
export type WorkerEventOf<Type extends WorkerEventType> = Extract<WorkerEvent, { readonly type: Type }>;
