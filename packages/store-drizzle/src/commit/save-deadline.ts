import type { DrizzleTransaction } from "../transaction.js";

/** The `save` of a run was still not done; its transaction is taken back. */
class SaveTookTooLong extends Error {
  override readonly name = "SaveTookTooLong";

  constructor(limitMs: number) {
    super(
      `the save took longer than ${limitMs} ms: it must write by the transaction it is given, and wait for nothing else; what asks the database by another way may wait for this very transaction`,
    );
  }
}

/** Rejects when `save` has not ended in time: one that waits for something else than the database is not seen there. */
export async function saveInTime(
  save: (tx: DrizzleTransaction) => unknown,
  tx: DrizzleTransaction,
  limitMs: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new SaveTookTooLong(limitMs);
      refuseMore(tx, error);
      reject(error);
    }, limitMs);
  });
  try {
    await Promise.race([save(tx), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nobody can stop the `save`: what it still writes would be written on the connection of somebody else by then. */
function refuseMore(tx: DrizzleTransaction, error: Error): void {
  const { session } = tx._;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (query, ...rest) => {
    // Node-postgres' transactions end by way of their own session.
    if (query.sql !== "rollback") throw error;
    return prepareQuery(query, ...rest);
  };
}
