import type {
  Attempt,
  CommitAnswer,
  EnqueueAnswer,
  EpochMs,
  Fence,
  Gate,
  GateKey,
  Job,
  JobId,
  MaintainAnswer,
  OperateAnswer,
  RunOutcomeType,
} from "@sluice/core";

/**
 * What was asked of a store, what it answered, and what was there in the end. Plain data: histories of several processes are
 * written as JSON and joined, if their ticks come from one clock.
 */
export interface History {
  readonly events: readonly HistoryEvent[];
  readonly final: FinalState;
}

export interface FinalState {
  readonly jobs: readonly Job[];
  readonly attempts: readonly Attempt[];
  /** What the app's `save`s left behind, one for each write that was kept; `null` when the app keeps no such record. */
  readonly saved: readonly SavedResult[] | null;
}

export interface SavedResult {
  readonly jobId: JobId;
  readonly leaseNo: number;
}

/** Ticks tell before from after, nothing else; they are not the store's instants. */
interface Call<Type extends string, Asked, Answer> {
  readonly type: Type;
  readonly startedAt: number;
  /** `null`: no answer came, and nobody knows whether the call took effect. */
  readonly answeredAt: number | null;
  readonly asked: Asked;
  readonly answer: Answer | null;
}

export type EnqueueCall = Call<
  "enqueue",
  {
    readonly ids: readonly JobId[];
    /** In the app's transaction, of which nobody here knows whether it was committed. */
    readonly inTransaction: boolean;
  },
  readonly EnqueueAnswer[]
>;
export type ClaimCall = Call<
  "claim",
  { readonly workerId: string; readonly claimNonce: number },
  readonly ClaimedJob[]
>;
export type CommitCall = Call<"commit", readonly RecordedRun[], readonly CommitAnswer[]>;
export type CancelCall = Call<"cancel", { readonly jobId: JobId }, OperateAnswer>;
export type RetryCall = Call<"retry", { readonly jobId: JobId }, OperateAnswer>;
/** An operator's word: pause, resume, open. */
export type OperateGateCall = Call<"operate-gate", { readonly key: GateKey }, Gate>;
export type ListGatesCall = Call<"list-gates", null, readonly Gate[]>;
export type PutTaskGatesCall = Call<
  "put-task-gates",
  { readonly taskType: string; readonly gates: readonly GateKey[] },
  null
>;
export type MaintainCall = Call<"maintain", null, MaintainAnswer>;

export type RecordedCall =
  | EnqueueCall
  | ClaimCall
  | CommitCall
  | CancelCall
  | RetryCall
  | OperateGateCall
  | ListGatesCall
  | PutTaskGatesCall
  | MaintainCall;

/** Claims of the last moment may be forgotten, see `Lease`. */
export interface DatabaseCrashed {
  readonly type: "database-crashed";
  readonly startedAt: number;
}

export type HistoryEvent = RecordedCall | DatabaseCrashed;

export interface ClaimedJob extends Fence {
  readonly taskType: string;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** On the store's clock, as are the instants of gates. */
  readonly claimedAt: EpochMs;
}

export interface RecordedRun extends Fence {
  readonly outcome: RunOutcomeType;
  readonly hasSave: boolean;
}

export type CallOf<Type extends RecordedCall["type"]> = Extract<RecordedCall, { readonly type: Type }>;

export function hasDatabaseCrashed({ events }: Pick<History, "events">): boolean {
  return events.some(({ type }) => type === "database-crashed");
}

/** The calls of one kind; those without an answer, too. */
export function callsOf<Type extends RecordedCall["type"]>(
  { events }: Pick<History, "events">,
  type: Type,
): readonly CallOf<Type>[] {
  return events.filter((event): event is CallOf<Type> => event.type === type);
}
