import type { PgTransactionConfig } from "drizzle-orm/pg-core";
import type { DrizzleTransaction } from "../transaction.js";
import { type Statement, type StatementValue, statement } from "./statement.js";

/** A Drizzle database or transaction, as this package talks to it: statements by name, rows that look the same on all drivers. */
export interface Session {
  readonly drizzle: DrizzleTransaction;
  run<Row>(statement: Statement<Row>, ...values: readonly StatementValue[]): Promise<readonly Row[]>;
  /** A process that stands still inside it loses it, and its locks, after ten seconds. */
  transaction<Answer>(work: (session: Session) => Promise<Answer>): Promise<Answer>;
  /** For those who set limits of their own. */
  bareTransaction<Answer>(work: (session: Session) => Promise<Answer>): Promise<Answer>;
  /** Both, whatever isolation the database or the app's pool has as its default. */
  readonly readCommitted: Pick<Session, "transaction" | "bareTransaction">;
}

export interface SessionOptions {
  /** Whether statements are prepared once per connection. Off for poolers that hand connections on between statements. */
  readonly prepare: boolean;
}

// Locks nothing. For this transaction only. Between two statements of ours nothing is waited for, so that a pause that long
// means a process that is stopped, or whose event loop is: others wait for what it holds.
const limitIdling = statement(
  "limit_idling",
  "select set_config('idle_in_transaction_session_timeout', '10s', true)",
);

/**
 * The one place that reaches into Drizzle: `session.prepareQuery` with a name is what prepares a statement on the server, which
 * `db.execute` never does (a quarter of the throughput). The placeholders are Postgres' own, the values already in order.
 */
export function openSession(drizzle: DrizzleTransaction, options: SessionOptions): Session {
  const transactions = (config?: PgTransactionConfig): Pick<Session, "transaction" | "bareTransaction"> => {
    const bareTransaction: Session["bareTransaction"] = (work) =>
      drizzle.transaction((tx) => work(openSession(tx, options)), config);
    const transaction: Session["transaction"] = (work) =>
      bareTransaction(async (tx) => {
        await tx.run(limitIdling);
        return work(tx);
      });
    return { transaction, bareTransaction };
  };
  return {
    drizzle,
    run: async <Row>({ name, text }: Statement<Row>, ...values: readonly StatementValue[]) => {
      const query = { sql: text, params: [...values] };
      const prepared = drizzle._.session.prepareQuery(
        query,
        undefined,
        options.prepare ? name : undefined,
        false,
      );
      return rowsOf<Row>(await prepared.execute());
    },
    ...transactions(),
    readCommitted: transactions({ isolationLevel: "read committed" }),
  };
}

/** postgres.js answers an array of rows, PGlite and node-postgres an object that has one. */
function rowsOf<Row>(answer: unknown): readonly Row[] {
  if (Array.isArray(answer)) return answer as readonly Row[];
  if (typeof answer === "object" && answer !== null && "rows" in answer) return answer.rows as readonly Row[];
  throw new TypeError(
    "this Drizzle driver answers in a form that is not known: use postgres.js, node-postgres or PGlite",
  );
}
