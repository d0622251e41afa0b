import { assertNever, type EndedRun, fenceOf, outcomeOfError } from "@sluice/core";
import { databaseError, errorCode, isRefusedData } from "../sql/database-error.js";
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

// Locks nothing, and may be repeated. Primary key. Only a look at the lease, so that work for one that is gone is not done; the fence
// comes with the lock. The limits are for this transaction only: a `save` that hangs must not hold its rows, and the connection, for
// ever.
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

/** How far a try came: whose fault an error is depends on it. */
type Phase = "beginning" | "saving" | "writing" | "ending";

/**
 * A transaction of the run's own: the handler's writes, then job, target's status and gates. It is tried again, from its beginning,
 * when the database asks for that; what the `save` is to blame for is the run's failure, recorded in another transaction; anything
 * else is thrown.
 */
export async function commitWithSave(
  session: Session,
  run: RunWithSave,
  options: CommitOptions,
): Promise<Committed> {
  let phase: Phase = "beginning";
  const enter = (next: Phase): void => {
    phase = next;
  };
  const saveOnce = (): Promise<Committed> => {
    enter("beginning");
    return session.bareTransaction(async (tx) => {
      const committed = await saveAndCommit(tx, run, options, enter);
      enter("ending");
      return committed;
    });
  };
  try {
    return await replay(saveOnce, isPassing, { withinMs: options.saveTimeoutMs });
  } catch (error) {
    if (error instanceof LeaseLost) return error.committed;
    if (isPassing(error) || !isFaultOfSave(error, phase)) throw error;
    const outcome = outcomeOfError(databaseError(error), run.defaultGate);
    return replay(
      () => session.transaction((tx) => commitDecided(tx, [{ run: withoutSave(run), outcome }], options)),
      isPassing,
    );
  }
}

/** At the end it is a deferred constraint; in what we write, a result that cannot be stored, or a statement whose failure it hid. */
function isFaultOfSave(error: unknown, phase: Phase): boolean {
  switch (phase) {
    case "beginning":
      return false;
    case "writing":
      return isRefusedData(error) || errorCode(error) === "25P02";
    case "saving":
    case "ending":
      return true;
    default:
      return assertNever(phase);
  }
}

async function saveAndCommit(
  tx: Session,
  run: RunWithSave,
  options: CommitOptions,
  enter: (phase: Phase) => void,
): Promise<Committed> {
  const { jobId, leaseNo, claimNonce } = fenceOf(run.job);
  const { saveTimeoutMs } = options;
  // Who waits for a lock is not to blame, and tries again: that limit has to strike first.
  const limits = [String(Math.ceil(saveTimeoutMs / 2)), String(Math.ceil(saveTimeoutMs))];
  const [begun] = await tx.run(beginSave, jobId, leaseNo, claimNonce, ...limits);
  const isHeld = begun?.is_held === true;
  if (isHeld) {
    enter("saving");
    await saveInTime(run.save, tx.drizzle, Math.ceil(saveTimeoutMs * deadlineShare));
    enter("writing");
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
