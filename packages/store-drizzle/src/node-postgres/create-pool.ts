import pg from "pg";

export interface PoolOptions {
  /** Most connections at a time; the one that listens comes on top. Default 10. */
  readonly maxConnections?: number;
  /** By what name `pg_stat_activity` shows them. Default "sluice". */
  readonly applicationName?: string;
  /** How long to wait for a connection, a new one or one that others use, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** After how long the server gives a statement up, in ms; 0: never. Default 30,000. */
  readonly statementTimeoutMs?: number;
  /** How long an open transaction may do nothing, in ms, before the server ends it and frees its locks. Default 60,000. */
  readonly idleTransactionTimeoutMs?: number;
  /**
   * How long to wait for the answer to a statement, in ms. After that the connection counts as dead, and is thrown away. Longer
   * than the server may take, so that what strikes here is the network's fault. Default 5,000 more than `statementTimeoutMs`, and
   * no limit when that has none.
   */
  readonly answerTimeoutMs?: number;
  /**
   * Whether the URL leads to a pooler, PgBouncer say, which refuses connections that bring settings along: give them to the
   * role then (`alter role … set statement_timeout = '30s'`). They are the two limits of the server, and `read committed` as the
   * isolation of transactions. Default `false`.
   */
  readonly behindPooler?: boolean;
}

/**
 * A pool of node-postgres for `drizzle(pool)` on which no connection that dies can end the process, none that falls silent can
 * hold up its user until the kernel gives up (a quarter of an hour), and none gets lost. Listen to its `error` event to hear of
 * idle connections that died; the others' users get an error. What the URL says goes before the options.
 */
export function createPool(connectionString: string, options: PoolOptions = {}): pg.Pool {
  const { statementTimeoutMs = 30_000, idleTransactionTimeoutMs = 60_000 } = options;
  const pool = new GuardedPool({
    connectionString,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? "sluice",
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    query_timeout: options.answerTimeoutMs ?? (statementTimeoutMs === 0 ? 0 : statementTimeoutMs + 5_000),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(options.behindPooler !== true && {
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
      // What the store's statements are written for, whatever the database has as its default: they lock what they decide about.
      options: "-c default_transaction_isolation=read\\ committed",
    }),
  });
  // An event that nobody listens to ends the process. Whoever uses the connection is told by its statement.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    endWhenSilent(client);
  });
  return pool;
}

type Callback = (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void;

/** Takes back by itself what has died: Drizzle keeps a connection for ever on which `begin` has failed. */
class GuardedPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return super.connect().then(releaseAtEnd);
    super.connect(callback);
    return undefined;
  }
}

function releaseAtEnd(client: pg.PoolClient): pg.PoolClient {
  const giveBack = client.release;
  let isReleased = false;
  const release = (error?: Error | boolean): void => {
    if (isReleased) return;
    isReleased = true;
    client.off("end", ended);
    giveBack(error);
  };
  const ended = (): void => release(true);
  client.once("end", ended);
  client.release = release;
  return client;
}

/** A statement that was not answered in time may still be under way, and the next one on this connection would wait behind it. */
function endWhenSilent(client: pg.PoolClient): void {
  // The overloads are the driver's: what matters here is only whether it answers with a promise. With a callback the pool sees to it.
  const ask = client.query.bind(client) as (...request: readonly unknown[]) => unknown;
  const askInTime = (...request: readonly unknown[]): unknown => {
    const answer = ask(...request);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        if (error instanceof Error && error.message === "Query read timeout") client.release(error);
      });
    return answer;
  };
  client.query = askInTime as typeof client.query;
}
