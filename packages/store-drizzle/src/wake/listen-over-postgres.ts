import type { ListenSource } from "./listen-source.js";
import {
  type ListeningConnection,
  type ListeningConnectionOptions,
  openListeningConnection,
  pause,
} from "./listening-connection.js";

export interface ListenOverPostgresOptions {
  readonly connectionString: string;
  /** The connection was lost; others are tried until one listens. */
  readonly onLost: (reason: Error | null) => void;
  /** It listens again: what was said meanwhile was not heard. */
  readonly onReturn: () => void;
  readonly askEveryMs?: number;
  readonly answerTimeoutMs?: number;
}

const firstRetryMs = 100;
const maxRetryMs = 10_000;

/**
 * Listens on one connection of its own to the database of the connection string, and again whenever that was lost. (The app's
 * own connections are left alone: whoever has one of them now may have another next.)
 */
export function listenOverPostgres(options: ListenOverPostgresOptions): ListenSource {
  const { connectionString, askEveryMs = 15_000, answerTimeoutMs = 5_000 } = options;
  return {
    listen: async (channel, onText) => {
      const wanted = { connectionString, channel, onText, askEveryMs, answerTimeoutMs };
      const stopping = new AbortController();
      // The first one fails aloud: an address that is wrong, perhaps, will not get better.
      let current: ListeningConnection | null = await openListeningConnection(wanted);

      async function stayConnected(): Promise<void> {
        while (current !== null) {
          const reason = await current.ended;
          if (stopping.signal.aborted) return;
          options.onLost(reason);
          current = await openAgain(wanted, stopping.signal);
          if (current !== null) options.onReturn();
        }
      }

      const staying = stayConnected();
      return async () => {
        stopping.abort();
        await current?.close();
        await staying;
      };
    },
  };
}

/** Tries until it succeeds; `null` when told to stop. */
async function openAgain(
  wanted: ListeningConnectionOptions,
  stopping: AbortSignal,
): Promise<ListeningConnection | null> {
  for (let tries = 0; ; tries++) {
    // Jitter: after a restart of the server all processes come back.
    await pause(Math.min(maxRetryMs, firstRetryMs * 2 ** tries) * (0.5 + Math.random() / 2), stopping);
    if (stopping.aborted) return null;
    const connection = await openListeningConnection({ ...wanted, signal: stopping }).catch(() => null);
    if (connection !== null && !stopping.aborted) return connection;
    await connection?.close();
  }
}
