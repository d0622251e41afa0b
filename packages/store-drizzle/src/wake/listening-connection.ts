import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One connection to Postgres that listens, until it ends, in whatever way. */
export interface ListeningConnection {
  /** Resolves when it has ended, with the reason if there was one. */
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

export interface ListeningConnectionOptions {
  readonly connectionString: string;
  readonly channel: string;
  readonly onText: (text: string) => void;
  /** How often the connection is asked whether it is still there: a network that is gone tells nobody. */
  readonly askEveryMs: number;
  /** After how long without an answer it is not. */
  readonly answerTimeoutMs: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

const connectTimeoutMs = 10_000;
const farewellMs = 1_000;

/** Rejects if it cannot be made. Needs the package `pg`, whose connections can be asked something while they listen. */
export async function openListeningConnection(
  options: ListeningConnectionOptions,
): Promise<ListeningConnection> {
  const { connectionString, channel, onText, askEveryMs, answerTimeoutMs } = options;
  const { default: pg } = await import("pg");
  const socket = new Socket();
  const client = new pg.Client({
    connectionString,
    application_name: "sluice listener",
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    stream: () => socket,
  });
  let reason: Error | null = null;
  // An event that nobody listens to would end the process. The end follows, which is what counts.
  client.on("error", (error) => {
    reason ??= error;
  });
  client.on("notification", ({ payload }) => onText(payload ?? ""));

  const over = new AbortController();
  const ended = new Promise<Error | null>((resolve) => {
    socket.once("close", () => {
      over.abort();
      resolve(reason);
    });
  });
  const close = async (): Promise<void> => {
    const farewell = new AbortController();
    // A server that cannot be reached does not say farewell.
    void pause(farewellMs, farewell.signal).then(() => socket.destroy());
    await client.end();
    farewell.abort();
  };

  async function askUntilItEnds(): Promise<void> {
    while (!over.signal.aborted) {
      await pause(askEveryMs, over.signal);
      if (!over.signal.aborted) await client.query("select 1");
    }
  }

  const giveUp = (): void => void socket.destroy();
  options.signal?.addEventListener("abort", giveUp);
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", giveUp);
  }
  askUntilItEnds().catch((error: Error) => {
    reason ??= error;
    socket.destroy();
  });
  return { ended, close };
}

/** Ends early when the signal says so. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
