import type { EnqueueAnswer } from "@sluice/core";

/** What an app has done with jobs, as facts. */
export interface JobsEvent {
  /**
   * Jobs of a task were written: one, or a chunk of many. With the caller's own transaction they are there when that is committed.
   * `durationMs`: how long the store took.
   */
  readonly type: "enqueued";
  readonly taskType: string;
  /** In the order of the requests. */
  readonly answers: readonly EnqueueAnswer[];
  readonly durationMs: number;
}

/** Told of everything that happens. One that throws, or whose promise is rejected, is reported to the logger and changes nothing. */
export type JobsObserver = (event: JobsEvent) => unknown;
