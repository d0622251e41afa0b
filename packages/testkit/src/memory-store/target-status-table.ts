import type { EpochMs, JobStatus, TargetRef, TargetStatus } from "@sluice/core";
import type { JobRow } from "./job-table.js";

interface StatusRow extends TargetStatus {
  readonly order: number;
}

/** The status that each target has for each task type: that of its newest job. */
export class TargetStatusTable {
  readonly #rows = new Map<string, StatusRow>();

  /** Writes nothing when a newer job stands for the target. */
  set(target: TargetRef, { job, order }: JobRow, status: JobStatus, changedAt: EpochMs): void {
    const key = keyOf(target, job.taskType);
    if ((this.#rows.get(key)?.order ?? 0) > order) return;
    this.#rows.set(key, { status, jobId: job.id, changedAt, order });
  }

  get(target: TargetRef, taskType: string): TargetStatus | null {
    const row = this.#rows.get(keyOf(target, taskType));
    return row === undefined ? null : { status: row.status, jobId: row.jobId, changedAt: row.changedAt };
  }
}

function keyOf(target: TargetRef, taskType: string): string {
  return JSON.stringify([taskType, target.type, target.id]);
}
