import type { Attempt, Fence, JobId, JobStatus } from "@sluice/core";

/** An attempt with what it takes to recognise the run that is sent again, and to answer it as the first time. */
export interface LedgerEntry {
  readonly attempt: Attempt;
  readonly claimNonce: number;
  /** What the job became. */
  readonly status: JobStatus;
}

export class LedgerTable {
  readonly #entries = new Map<JobId, readonly LedgerEntry[]>();

  add(entry: LedgerEntry): void {
    const { jobId } = entry.attempt;
    this.#entries.set(jobId, [...this.of(jobId), entry]);
  }

  /** Oldest first. */
  of(jobId: JobId): readonly LedgerEntry[] {
    return this.#entries.get(jobId) ?? [];
  }

  find({ jobId, leaseNo, claimNonce }: Fence): LedgerEntry | undefined {
    return this.of(jobId).find(
      (entry) => entry.attempt.leaseNo === leaseNo && entry.claimNonce === claimNonce,
    );
  }

  delete(jobId: JobId): void {
    this.#entries.delete(jobId);
  }
}
