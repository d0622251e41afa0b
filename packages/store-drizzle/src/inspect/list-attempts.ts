import type { Attempt, JobId, RunFailure, RunOutcomeType, RunUsage } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface AttemptRow {
  readonly job_id: JobId;
  readonly lease_no: number;
  readonly outcome: RunOutcomeType;
  readonly worker_id: string;
  readonly claimed_at: InstantColumn;
  readonly ended_at: InstantColumn;
  readonly failure: string | null;
  readonly usage: string | null;
}

// Locks nothing, and may be repeated. Primary keys of the ledger and of finished jobs.
const attempts = statement<AttemptRow>(
  "list_attempts",
  `select job_id, lease_no, outcome, worker_id, sluice.to_ms(claimed_at) as claimed_at, sluice.to_ms(ended_at) as ended_at,
     failure::text as failure, usage::text as usage
   from sluice.all_attempts where job_id = $1::uuid order by lease_no`,
);

export async function listAttempts(session: Session, jobId: JobId): Promise<readonly Attempt[]> {
  const rows = await session.run(attempts, jobId);
  return rows.map((row) => ({
    jobId: row.job_id,
    leaseNo: row.lease_no,
    outcome: row.outcome,
    workerId: row.worker_id,
    claimedAt: toInstant(row.claimed_at),
    endedAt: toInstant(row.ended_at),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as RunFailure),
    usage: row.usage === null ? null : (JSON.parse(row.usage) as RunUsage),
  }));
}
