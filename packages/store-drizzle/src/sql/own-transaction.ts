import type { Session } from "./session.js";
import { statement } from "./statement.js";

/** Asking for it makes the transaction one with a number, which it will need anyway. */
export const transactionNumber = "txid_current()::text";

// Locks nothing. From here on nobody but us works in the transaction: see `limitIdling`.
const numberNow = statement<{ number: string }>(
  "transaction_number",
  `select ${transactionNumber} as number, set_config('idle_in_transaction_session_timeout', '10s', true)`,
);

/** The transaction that a run began is not the one that it is in by now. */
class TransactionReplaced extends Error {
  override readonly name = "TransactionReplaced";
  /** As lost connections are called: what happened is that one, mostly, and it is treated the same. */
  readonly code = "CONNECTION_CLOSED";

  constructor() {
    super(
      "the transaction ended while it was being written in: its connection was lost, or a save committed by itself",
    );
  }
}

/**
 * Throws if the transaction is not the one of that number any more. A driver may go on over another connection when one was
 * lost while nothing was under way on it (postgres.js does: porsager/postgres#1155), where each statement would commit by itself.
 */
export async function ensureSameTransaction(session: Session, begun: string): Promise<void> {
  const [now] = await session.run(numberNow);
  if (now?.number !== begun) throw new TransactionReplaced();
}
