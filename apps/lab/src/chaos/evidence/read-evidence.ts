import type { EpochMs, JobId } from "@sluice/core";
import type { ClaimCall, ClaimedJob, SavedResult } from "@sluice/testkit";
import type { Pool } from "pg";
import { z } from "zod";

/** What the triggers have noted. */
export interface Evidence {
  /** One call per claim statement; its ticks are ms since 1970, on the machine's clock. */
  readonly claims: readonly ClaimCall[];
  /** By target: what was saved about it, with the run in whose transaction that was; `null`: none's. */
  readonly saves: readonly { readonly targetId: string; readonly run: SavedResult | null }[];
  /** Calls that were sent although a usable answer to the same question was stored by then. */
  readonly storedPaidAgain: number;
}

const claimRow = z.object({
  job_id: z.uuid(),
  lease_no: z.number(),
  claim_nonce: z.coerce.number(),
  worker_id: z.string(),
  task_type: z.string(),
  attempts: z.number(),
  max_attempts: z.number(),
  claimed_at: z.number(),
  asked_at: z.number(),
  written_at: z.number(),
});
const countRow = z.object({ count: z.number() });
const saveRow = z.object({
  target_id: z.string(),
  job_id: z.uuid().nullable(),
  lease_no: z.number().nullable(),
});

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8 as ${column}`;

export async function readEvidence(pool: Pool): Promise<Evidence> {
  const claims = await pool.query(
    `select job_id, lease_no, claim_nonce, worker_id, task_type, attempts, max_attempts, ${ms("claimed_at")}, ${ms("asked_at")},
       ${ms("written_at")} from chaos.claims order by asked_at, claim_nonce`,
  );
  const saves = await pool.query(
    `select s.target_id, e.job_id, e.lease_no from chaos.saves s left join chaos.ends e
       on e.transaction_id = s.transaction_id and e.target_type = s.target_type and e.target_id = s.target_id`,
  );
  const paidAgain = await pool.query(
    `select count(*)::integer as count from sluice.ai_calls later where exists (
       select from sluice.ai_calls earlier where later.error_code is distinct from 'answered_meanwhile' and earlier.content_key = later.content_key and earlier.state = 'received'
         and not earlier.unusable and earlier.ended_at < later.sent_at)`,
  );
  return {
    storedPaidAgain: z.array(countRow).parse(paidAgain.rows)[0]?.count ?? 0,
    claims: groupByStatement(z.array(claimRow).parse(claims.rows)),
    saves: z.array(saveRow).parse(saves.rows).map(toSave),
  };
}

function groupByStatement(rows: readonly z.output<typeof claimRow>[]): readonly ClaimCall[] {
  const calls = new Map<number, ClaimCall & { answer: ClaimedJob[] }>();
  for (const row of rows) {
    const call = calls.get(row.claim_nonce) ?? {
      type: "claim",
      startedAt: row.asked_at,
      answeredAt: row.written_at,
      asked: { workerId: row.worker_id, claimNonce: row.claim_nonce },
      answer: [],
    };
    calls.set(row.claim_nonce, call);
    call.answer.push({
      jobId: row.job_id as JobId,
      leaseNo: row.lease_no,
      claimNonce: row.claim_nonce,
      taskType: row.task_type,
      attempts: row.attempts,
      maxAttempts: row.max_attempts,
      claimedAt: Math.floor(row.claimed_at) as EpochMs,
    });
  }
  return [...calls.values()];
}

function toSave({ target_id, job_id, lease_no }: z.output<typeof saveRow>): Evidence["saves"][number] {
  const run = job_id === null || lease_no === null ? null : { jobId: job_id as JobId, leaseNo: lease_no };
  return { targetId: target_id, run };
}
