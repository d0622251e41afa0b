import type { CommitAnswer, Fence, JobId, JobStatus, RunOutcomeType } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface AnswerRow {
  readonly id: JobId;
  readonly lease_no: number;
  readonly status: JobStatus | null;
  readonly outcome: RunOutcomeType | null;
  readonly is_known: boolean;
}

// Locks nothing, and may be repeated. Primary keys of the ledger, of finished and of live jobs.
const findFirst = statement<AnswerRow>(
  "find_first_answers",
  `select f.id, f.lease_no, a.status_after as status, a.outcome, k.is_known
   from unnest($1::text::uuid[], $2::text::integer[], $3::text::bigint[]) as f (id, lease_no, claim_nonce)
   left join lateral (
     select status_after, outcome from sluice.all_attempts a
     where a.job_id = f.id and a.lease_no = f.lease_no and a.claim_nonce = f.claim_nonce limit 1) a on true
   cross join lateral (select count(*) > 0 as is_known from sluice.all_jobs j where j.id = f.id) k`,
);

/**
 * What to answer about runs that are not under their lease any more. A run that is sent again, because the first answer was lost,
 * gets that one from the ledger; of a run that was reclaimed the ledger tells only that somebody else ended it.
 */
export async function findFirstAnswers(
  session: Session,
  fences: readonly Fence[],
): Promise<(fence: Fence) => CommitAnswer> {
  if (fences.length === 0) return () => ({ type: "not-found" });
  const rows = await session.run(
    findFirst,
    arrayLiteral(fences.map(({ jobId }) => jobId)),
    arrayLiteral(fences.map(({ leaseNo }) => leaseNo)),
    arrayLiteral(fences.map(({ claimNonce }) => claimNonce)),
  );
  return ({ jobId, leaseNo }) =>
    toAnswer(rows.find(({ id, lease_no }) => id === jobId && lease_no === leaseNo));
}

function toAnswer(row: AnswerRow | undefined): CommitAnswer {
  if (row === undefined || !row.is_known) return { type: "not-found" };
  const { status, outcome } = row;
  if (status === null || outcome === null || outcome === "lease_lost") return { type: "fenced-off" };
  return { type: "committed", status, outcome };
}
