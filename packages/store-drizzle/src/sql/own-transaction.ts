import type { Session } from "./session.js";
import { statement } from "./statement.js";

// Locks nothing, but makes the transaction one with a number, which it will need anyway.
const number = statement<{ id: string }>("transaction_id", "select txid_current()::text as id");

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
 * Answers how to make sure that it is still the same transaction. A driver may go on over another connection when one was lost
 * while nothing was under way on it (postgres.js does: porsager/postgres#1155), where each statement would commit by itself.
 */
export async function rememberTransaction(session: Session): Promise<() => Promise<void>> {
  const [begun] = await session.run(number);
  return async () => {
    const [now] = await session.run(number);
    if (now?.id !== begun?.id) throw new TransactionReplaced();
  };
}
