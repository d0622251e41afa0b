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
  const { refuseMore, release } = watchSessions(tx);
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new SaveTookTooLong(limitMs);
      refuseMore(error);
      reject(error);
    }, limitMs);
  });
  try {
    await Promise.race([save(tx), late]);
  } finally {
    clearTimeout(timer);
    release();
  }
}

/**
 * Nobody can stop the `save`: what it still writes would be written on the connection of somebody else by then. Transactions inside it
 * are watched, too: on some drivers they have sessions of their own.
 */
function watchSessions(tx: DrizzleTransaction): {
  readonly refuseMore: (error: Error) => void;
  /** The transaction goes on without the `save`. */
  readonly release: () => void;
} {
  const watched: DrizzleTransaction[] = [];
  let refusal: Error | null = null;

  function watch(inner: DrizzleTransaction): void {
    watched.push(inner);
    const begin = inner.transaction.bind(inner);
    inner.transaction = async (work, config) => {
      if (refusal !== null) throw refusal;
      return begin((nested) => {
        watch(nested);
        return work(nested);
      }, config);
    };
  }

  watch(tx);
  return {
    refuseMore(error) {
      refusal = error;
      for (const inner of watched) refuse(inner, error);
    },
    release() {
      // Then it has that of its class again. One that refuses goes on refusing.
      if (refusal === null) Reflect.deleteProperty(tx, "transaction");
    },
  };
}

function refuse(tx: DrizzleTransaction, error: Error): void {
  const { session } = tx._;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (query, ...rest) => {
    // Node-postgres' transactions end by way of their own session.
    if (query.sql !== "rollback") throw error;
    return prepareQuery(query, ...rest);
  };
}
