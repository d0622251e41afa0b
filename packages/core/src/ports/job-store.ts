import type { Gate } from "../gate/gate.js";
import type { GateKey } from "../gate/gate-key.js";
import type { GateLimits } from "../gate/gate-limits.js";
import type { ToldLimits } from "../gate/pacing/hear-limits.js";
import type { Attempt, RunUsage } from "../job/attempt.js";
import type { Fence, Job, ProcessingJob, WaitingJob } from "../job/job.js";
import type { RejectionReason } from "../job/job-decision.js";
import type { JobPolicy } from "../job/job-policy.js";
import type { JobStatus } from "../job/job-status.js";
import type { RunOutcome, RunOutcomeType } from "../job/run-outcome.js";
import type { RetentionPolicy } from "../job/upkeep-policy.js";
import type { JobId } from "../job-id.js";
import type { EpochMs } from "../time.js";
import type { EnqueueAnswer, NewJob } from "./new-job.js";
import type { TargetRef } from "./target-repository.js";

/**
 * Where jobs and gates live. A store decides nothing about them: it selects, locks and writes what the functions of core
 * say (`transitionJob`, `reserve`, `closeGate`, …), on its own clock. All methods may be called at the same time; infrastructure that
 * fails makes them throw, everything else is an answer. `Tx` is the transaction that callers may join and `save` gets.
 */
export interface JobStore<Tx = unknown> extends EnqueueStore<Tx>, WorkStore<Tx>, OperateStore, InspectStore {
  readonly supports: StoreSupports;
  /**
   * Ends listening, and waits for what it does on its own account: enqueues that go together, notifications. Who calls another method
   * waits for its answer. It does not close a database that it was given.
   */
  close(): Promise<void>;
}

/** What tests and callers may expect beyond the methods. */
export interface StoreSupports {
  /** More than one transaction at a time; without it, races cannot be tested. */
  readonly parallelConnections: boolean;
  /** `listen` wakes at once; without it, workers poll. */
  readonly notifications: boolean;
}

export interface EnqueueStore<Tx> {
  /**
   * Makes all jobs or none, in one transaction, or in the caller's. The answers are in the order of the requests; of several
   * requests with one key, each is answered as if they had come one after another.
   */
  enqueue(jobs: readonly NewJob[], options?: { readonly tx?: Tx }): Promise<readonly EnqueueAnswer[]>;
}

export interface WorkStore<Tx> {
  /** Takes up to `limit` due jobs whose gates are open, under a lease, atomically. */
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /**
   * Pushes the leases on and the worker's own row with them, and tells what the runs need to know. Answers in the order of
   * the fences.
   */
  renew(request: RenewRequest): Promise<readonly RenewAnswer[]>;
  /**
   * Writes the ends of runs: job, attempt, target status, gates and the handler's `save`, each run under its own fence
   * and together or not at all; one run's trouble is not another's. Answers in the order of the runs. A run that is sent
   * again because the answer was lost gets the answer that it would have got.
   */
  commit(runs: readonly EndedRun<Tx>[]): Promise<readonly CommitAnswer[]>;
  /** Says which gates a task passes and what limits they have. Called by workers when they start; idempotent. */
  putTaskGates(taskType: string, gates: readonly GateDeclaration[]): Promise<void>;
  /** Makes the worker known as live, or updates what is known. */
  putWorker(worker: WorkerRecord): Promise<void>;
  removeWorker(workerId: string): Promise<void>;
  /**
   * One bounded step of upkeep, by any worker at any time: makes due jobs ready, takes back expired leases, ends jobs past
   * their deadline or that nobody can run, and deletes what retention does not keep.
   */
  maintain(request: MaintainRequest): Promise<MaintainAnswer>;
  /**
   * Calls `onWake` when something may have become claimable, a gate has closed or opened, or a run is to be aborted. Answers how
   * to stop listening.
   */
  listen(onWake: (wake: Wake) => void): Promise<() => Promise<void>>;
}

export interface OperateStore {
  /** A waiting job ends at once; a running one is asked to. */
  cancel(jobId: JobId): Promise<OperateAnswer>;
  /** Takes a terminal job that did not complete back to `pending`. */
  retry(jobId: JobId): Promise<OperateAnswer>;
  /** `forMs` `null`: until resumed. Makes the gate if there is none. */
  pauseGate(key: GateKey, request: { readonly forMs: number | null }): Promise<Gate>;
  resumeGate(key: GateKey): Promise<Gate>;
  openGate(key: GateKey): Promise<Gate>;
  /**
   * One bounded step of retention at once, by what is asked instead of the store's own policy. Whoever wants it done asks again
   * until fewer than `limit` are deleted. Throws a `RangeError` on ages and numbers that are none.
   */
  prune(request: PruneRequest): Promise<PruneAnswer>;
}

export interface InspectStore {
  /** The store's clock. */
  now(): Promise<EpochMs>;
  getJob(jobId: JobId): Promise<Job | null>;
  /** The waiting job of a task type that is due first; of those that are due already, any. Whether gates are open plays no part. */
  getNextDueJob(taskType: string): Promise<WaitingJob | null>;
  /** Newest first. `cursor` is the `next` of the page before. */
  listJobs(query: JobQuery): Promise<JobPage>;
  /** Numbers of jobs by task type and status, exactly; nothing is listed with 0. Counting only live jobs is cheap, all jobs is not. */
  countJobs(query?: CountQuery): Promise<readonly JobCount[]>;
  /** How many finished jobs `prune` would delete now. */
  countPrunable(keep: RetentionPolicy): Promise<number>;
  /** The ledger of a job, oldest first. */
  listAttempts(jobId: JobId): Promise<readonly Attempt[]>;
  listGates(): Promise<readonly Gate[]>;
  /** The gates of every task type that a worker has ever served. */
  listTaskGates(): Promise<readonly TaskGates[]>;
  listWorkers(): Promise<readonly WorkerRecord[]>;
  getTargetStatus(target: TargetRef, taskType: string): Promise<TargetStatus | null>;
}

export interface ClaimRequest {
  readonly workerId: string;
  /** Chosen anew for each claim, see `Lease`. */
  readonly claimNonce: number;
  readonly leaseMs: number;
  readonly limit: number;
  /** In the order in which they are to be served; the caller rotates it. */
  readonly tasks: readonly { readonly taskType: string; readonly limit: number }[];
  /**
   * Of a worker that polls because nothing has happened for a while: the claim is its sign of life, too, and while there is
   * nothing to claim it costs one small query.
   */
  readonly idle?: WorkerRecord;
}

export interface ClaimAnswer {
  readonly jobs: readonly ProcessingJob[];
  /**
   * When asking again may bring more although nothing was enqueued: the next due job or permit; soon, when there were jobs, but fewer
   * than asked for, and the store has not looked what comes next. `null`: not by time.
   */
  readonly retryInMs: number | null;
  /** To a claim with `idle`, by a store that knows it: see `MaintainAnswer`. */
  readonly upkeepInMs?: number | null;
}

export interface RenewRequest {
  readonly worker: WorkerRecord;
  readonly leaseMs: number;
  readonly fences: readonly Fence[];
}

/** `busy`: the row was locked, by its own commit most likely; ask again at the next renewal. */
export type RenewAnswer = "renewed" | "cancel-requested" | "lost" | "busy";

/** A run that is over, as the worker saw it. */
export interface EndedRun<Tx = unknown> {
  /** As it was claimed. */
  readonly job: ProcessingJob;
  readonly outcome: RunOutcome;
  readonly elapsedMs: number;
  /** Uniform in [0, 1), for the backoff. */
  readonly jitter: number;
  readonly policy: JobPolicy;
  /** All gates that the run passed, the task's own first. */
  readonly gates: readonly GateKey[];
  /** Where an error that `save` throws closes, see `defaultGate`. */
  readonly defaultGate: GateKey;
  readonly usage: RunUsage | null;
  /** `false`: the run called no provider, see `RunResult`. `true` also where nobody can tell. */
  readonly asked: boolean;
  readonly told: { readonly gate: GateKey; readonly limits: ToldLimits } | null;
  /** Only with the outcome `succeeded`. */
  readonly save: ((tx: Tx) => unknown) | null;
}

export type CommitAnswer =
  /** `outcome` differs from the run's when its `save` failed or the job was cancelled meanwhile. */
  | { readonly type: "committed"; readonly status: JobStatus; readonly outcome: RunOutcomeType }
  /** The job was not under this lease any more; nothing of the run was written. */
  | { readonly type: "fenced-off" }
  | { readonly type: "not-found" };

export interface GateDeclaration {
  readonly key: GateKey;
  readonly limits: GateLimits;
}

export interface TaskGates {
  readonly taskType: string;
  readonly gates: readonly GateKey[];
}

export interface WorkerRecord {
  readonly id: string;
  readonly taskTypes: readonly string[];
  readonly concurrency: number;
  /** Slots that are taken: by runs, and by handlers that do not stop. */
  readonly running: number;
  /** It counts as live for so long after each sign of life. */
  readonly liveForMs: number;
  /** `null` until it is stored. */
  readonly seenAt: EpochMs | null;
}

export interface MaintainRequest {
  /** Rows per kind and step. */
  readonly limit: number;
  readonly policy: JobPolicy;
}

/** How many rows each kind of upkeep touched; one that reaches the limit has more to do. */
export interface MaintainAnswer {
  readonly promoted: number;
  readonly reclaimed: number;
  readonly expired: number;
  readonly unroutable: number;
  readonly deleted: number;
  /** When the next lease runs out, if it is not renewed, or the next deadline of a waiting job passes; `null`: there is none. */
  readonly upkeepInMs?: number | null;
}

export interface PruneRequest {
  readonly keep: RetentionPolicy;
  /** Jobs per step, at least 1. */
  readonly limit: number;
}

export interface PruneAnswer {
  readonly deleted: number;
}

/** `jobs`: some of these types may be claimable. `gate`: it has closed or opened. `cancel`: runs of this worker are to be aborted. */
export type Wake =
  | { readonly type: "jobs"; readonly taskTypes: readonly string[] }
  | { readonly type: "gate"; readonly key: GateKey }
  | { readonly type: "cancel"; readonly workerId: string; readonly jobId: JobId };

export type OperateAnswer =
  | { readonly type: "done"; readonly job: Job }
  | { readonly type: "refused"; readonly reason: RejectionReason; readonly status: JobStatus }
  | { readonly type: "not-found" };

export interface JobQuery {
  readonly statuses?: readonly JobStatus[];
  readonly taskType?: string;
  readonly target?: TargetRef;
  /** 1 to 1,000. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface CountQuery {
  readonly statuses?: readonly JobStatus[];
  readonly taskType?: string;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly next: string | null;
}

export interface JobCount {
  readonly taskType: string;
  readonly status: JobStatus;
  readonly count: number;
}

/** The state of the newest job about a target. */
export interface TargetStatus {
  readonly status: JobStatus;
  readonly jobId: JobId;
  readonly changedAt: EpochMs;
}
