import { type EndedRun, fenceOf, outcomeOfError } from "@sluice/core";
import { databaseError } from "../sql/database-error.js";
import { ensureSameTransaction, transactionNumber } from "../sql/own-transaction.js";
import { isPassing, replay } from "../sql/replay.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import type { DrizzleTransaction } from "../transaction.js";
import { type CommitOptions, type Committed, commitDecided } from "./commit-decided.js";
import { saveInTime } from "./save-deadline.js";
import { type PlainSuccess, settleSuccesses } from "./settle-successes.js";

export type RunWithSave = EndedRun<DrizzleTransaction> & {
  readonly save: (tx: DrizzleTransaction) => unknown;
};

// Locks nothing. Primary key. Only a look at the lease, so that work for one that is gone is not done; the fence comes with
// the lock. The limits are for this transaction only: a `save` that hangs must not hold its rows, and the connection, for ever.
const beginSave = statement<{ number: string; is_held: boolean }>(
  "begin_save",
  `with limits as materialized (
     select set_config('lock_timeout', $4::text, true), set_config('statement_timeout', $5::text, true),
       set_config('idle_in_transaction_session_timeout', $5::text, true))
   select ${transactionNumber} as number, exists (
     select from sluice.jobs
     where id = $1::uuid and lease_no = $2::integer and claim_nonce = $3::bigint and state = 2) as is_held
   from limits`,
);

/** Before the database's limits strike, which cost the connection; PGlite has none for an idle transaction. */
const deadlineShare = 0.8;

const succeeded = { type: "committed", status: "completed", outcome: "succeeded" } as const;

/** Takes the transaction back with everything that was written in it. */
class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  readonly committed: Committed;

  constructor(committed: Committed) {
    super("the lease was lost while the run was being saved");
    this.committed = committed;
  }
}

/**
 * A transaction of the run's own: the handler's writes, then job, target's status and gates. It is tried again, from its beginning,
 * when the database asks for that; any other failure of the `save` is the run's, recorded in another transaction.
 */
export async function commitWithSave(
  session: Session,
  run: RunWithSave,
  options: CommitOptions,
): Promise<Committed> {
  try {
    return await replay(() => session.transaction((tx) => saveAndCommit(tx, run, options)), isPassing);
  } catch (error) {
    if (error instanceof LeaseLost) return error.committed;
    if (isPassing(error)) throw error;
    const outcome = outcomeOfError(databaseError(error), run.defaultGate);
    return replay(
      () => session.transaction((tx) => commitDecided(tx, [{ run: withoutSave(run), outcome }], options)),
      isPassing,
    );
  }
}

async function saveAndCommit(tx: Session, run: RunWithSave, options: CommitOptions): Promise<Committed> {
  const { jobId, leaseNo, claimNonce } = fenceOf(run.job);
  const { saveTimeoutMs } = options;
  // Who waits for a lock is not to blame, and tries again: that limit has to strike first.
  const limits = [String(Math.ceil(saveTimeoutMs / 2)), String(Math.ceil(saveTimeoutMs))];
  const [begun] = await tx.run(beginSave, jobId, leaseNo, claimNonce, ...limits);
  const isHeld = begun?.is_held === true;
  if (isHeld) {
    await saveInTime(run.save, tx.drizzle, Math.ceil(saveTimeoutMs * deadlineShare));
    await ensureSameTransaction(tx, begun.number);
    if (await isSettled(tx, run)) return { answers: [succeeded], wakes: [] };
  }
  const committed = await commitDecided(tx, [{ run: withoutSave(run), outcome: run.outcome }], options);
  if (isHeld && committed.written === 0) throw new LeaseLost(committed);
  return committed;
}

/** The short way, for a success that no gate has to hear of. */
async function isSettled(tx: Session, run: RunWithSave): Promise<boolean> {
  const plain = withoutSave(run);
  return isSuccess(plain) && run.told === null && (await settleSuccesses(tx, [plain])).has(run.job.id);
}

function isSuccess(run: EndedRun<never>): run is PlainSuccess {
  return run.outcome.type === "succeeded";
}

export function withoutSave(run: EndedRun<DrizzleTransaction>): EndedRun<never> {
  return { ...run, save: null };
}
