import type {
  Clock,
  Handler,
  JobPolicy,
  JobStore,
  JsonLimits,
  Logger,
  Random,
  WorkStore,
} from "@sluice/core";

/** What a worker needs of a store. */
export type WorkerStore<Tx> = WorkStore<Tx> & Pick<JobStore<Tx>, "supports">;

export interface MaintenanceOptions {
  /**
   * Mean time between two steps of upkeep; an idle worker does it when there is something to do, and every worker when it starts and
   * when a lease runs out. Default: a third of a lease, at most 5,000.
   */
  readonly intervalMs: number;
  /** Rows per kind and step. Default 500. */
  readonly limit: number;
}

export interface WorkerOptions<Tx> {
  readonly store: WorkerStore<Tx>;
  /** One per task type. */
  readonly handlers: readonly Handler<NoInfer<Tx>>[];
  /** Jobs at once. Default 10. */
  readonly concurrency?: number;
  /** Jobs per claim. Default: as many as there are free slots. */
  readonly batchSize?: number;
  /**
   * Transactions with a handler's `save` at once: each takes a connection. Default 5, half of what the pools of postgres.js
   * and node-postgres have.
   */
  readonly saveConcurrency?: number;
  /** Least time between two dispatches; jobs are then claimed one by one. Default 0: none. */
  readonly jobDelayMs?: number;
  /** How long an idle worker sleeps when nothing wakes it; up to a fifth longer, so that a fleet does not ask in step. Default 5,000. */
  readonly pollIntervalMs?: number;
  /** How long a renewal holds a job without a sign of life, every third of it one; a claim holds for two thirds. Default 15,000. */
  readonly leaseMs?: number;
  /** How long a handler may go on after its signal was aborted, before the job goes on without it. Default 2,000. */
  readonly abortGraceMs?: number;
  /** `false`: other workers do the upkeep. */
  readonly maintenance?: Partial<MaintenanceOptions> | false;
  readonly policy?: JobPolicy;
  /** Of results. Default 1 MiB and 64 levels. */
  readonly resultLimits?: JsonLimits;
  /** Unique among live workers. Default: made by chance. */
  readonly id?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** The options, complete and checked. */
export interface WorkerSettings<Tx> extends Required<Omit<WorkerOptions<Tx>, "handlers" | "maintenance">> {
  readonly handlers: ReadonlyMap<string, Handler<Tx>>;
  readonly maintenance: MaintenanceOptions | null;
}
