import {
  type FinishedJob,
  isTerminalStatus,
  type Job,
  type JobId,
  type LiveJob,
  type PendingJob,
  type ProcessingJob,
  type WaitingJob,
} from "@sluice/core";

/** A job and its place in the order of enqueueing, which it keeps whatever happens to it. */
export interface JobRow {
  readonly job: Job;
  readonly order: number;
}

/** All jobs, with what the queries ask for at hand: waiting jobs by task type, running ones, finished ones, live keys. */
export class JobTable {
  readonly #rows = new Map<JobId, JobRow>();
  readonly #waiting = new Map<string, Map<JobId, WaitingJob>>();
  readonly #running = new Map<JobId, ProcessingJob>();
  readonly #finished = new Map<JobId, FinishedJob>();
  readonly #liveByKey = new Map<string, JobId>();
  #lastOrder = 0;

  insert(job: PendingJob): void {
    if (this.#rows.has(job.id)) throw new Error(`there is a job ${job.id} already`);
    this.#lastOrder += 1;
    this.#rows.set(job.id, { job, order: this.#lastOrder });
    this.#index(job);
  }

  replace(job: Job): void {
    const row = this.#rows.get(job.id);
    if (row === undefined) throw new Error(`there is no job ${job.id}`);
    this.#unindex(row.job);
    this.#rows.set(job.id, { job, order: row.order });
    this.#index(job);
  }

  delete(id: JobId): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.#unindex(row.job);
    this.#rows.delete(id);
  }

  row(id: JobId): JobRow | undefined {
    return this.#rows.get(id);
  }

  get(id: JobId): Job | undefined {
    return this.#rows.get(id)?.job;
  }

  liveWithKey(taskType: string, dedupeKey: string): LiveJob | null {
    const id = this.#liveByKey.get(keyOf(taskType, dedupeKey));
    const job = id === undefined ? undefined : this.get(id);
    return job === undefined || isFinished(job) ? null : job;
  }

  newestFirst(): readonly JobRow[] {
    return [...this.#rows.values()].reverse();
  }

  waitingTypes(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Of all task types when none is named. */
  waiting(taskType?: string): readonly WaitingJob[] {
    if (taskType !== undefined) return [...(this.#waiting.get(taskType)?.values() ?? [])];
    return [...this.#waiting.values()].flatMap((jobs) => [...jobs.values()]);
  }

  running(): readonly ProcessingJob[] {
    return [...this.#running.values()];
  }

  /** Those that ended first come first. */
  finished(): readonly FinishedJob[] {
    return [...this.#finished.values()];
  }

  #index(job: Job): void {
    if (isFinished(job)) {
      this.#finished.set(job.id, job);
      return;
    }
    if (job.dedupeKey !== null) this.#liveByKey.set(keyOf(job.taskType, job.dedupeKey), job.id);
    if (job.status === "processing") {
      this.#running.set(job.id, job);
      return;
    }
    const waiting = this.#waiting.get(job.taskType) ?? new Map<JobId, WaitingJob>();
    this.#waiting.set(job.taskType, waiting.set(job.id, job));
  }

  #unindex(job: Job): void {
    this.#running.delete(job.id);
    this.#finished.delete(job.id);
    const waiting = this.#waiting.get(job.taskType);
    if (waiting?.delete(job.id) && waiting.size === 0) this.#waiting.delete(job.taskType);
    if (job.dedupeKey === null) return;
    const key = keyOf(job.taskType, job.dedupeKey);
    if (this.#liveByKey.get(key) === job.id) this.#liveByKey.delete(key);
  }
}

function isFinished(job: Job): job is FinishedJob {
  return isTerminalStatus(job.status);
}

function keyOf(taskType: string, dedupeKey: string): string {
  return JSON.stringify([taskType, dedupeKey]);
}
