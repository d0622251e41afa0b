import type { Wake } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { decodeWake, encodeWake, wakeChannel } from "./channel.js";
import type { ListenSource } from "./listen-source.js";
import { createNotifier } from "./notifier.js";

// Locks what every notifying commit of the server locks, which is why no transaction with anything else in it does this.
const notify = statement<object>(
  "notify",
  `select pg_notify('${wakeChannel}', t.text) from unnest($1::text::text[]) as t (text)`,
);

/** How the stores of all processes wake each other's workers. */
export interface WakeLine {
  readonly send: (wakes: readonly Wake[]) => void;
  readonly listen: (onWake: (wake: Wake) => void) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

const debounceMs = 10;

/** Without a source, only what this very store sends is heard. */
export function createWakeLine(session: Session, source: ListenSource | null): WakeLine {
  const listeners = new Set<(wake: Wake) => void>();
  let stopListening: Promise<() => Promise<void>> | null = null;

  const tell = (wake: Wake): void => {
    for (const listener of [...listeners]) listener(wake);
  };
  const notifier = createNotifier({
    debounceMs,
    notify: async (wakes) => {
      if (source === null) wakes.forEach(tell);
      await session.run(notify, arrayLiteral(wakes.flatMap(encodeWake)));
    },
  });

  async function stop(): Promise<void> {
    const stopping = stopListening;
    stopListening = null;
    // What did not begin need not end; who asked for it has heard of that.
    const end = await stopping?.catch(() => null);
    await end?.();
  }

  return {
    send: notifier.send,
    listen: async (onWake) => {
      // A wrapper: one function may listen twice.
      const listener = (wake: Wake): void => onWake(wake);
      listeners.add(listener);
      stopListening ??=
        source?.listen(wakeChannel, (text) => {
          const wake = decodeWake(text);
          if (wake !== null) tell(wake);
        }) ?? null;
      const listening = stopListening;
      try {
        await listening;
      } catch (error) {
        listeners.delete(listener);
        // The next who listens tries anew, unless somebody does already.
        if (stopListening === listening) stopListening = null;
        throw error;
      }
      return async () => {
        listeners.delete(listener);
        if (listeners.size === 0) await stop();
      };
    },
    close: async () => {
      await notifier.close();
      listeners.clear();
      await stop();
    },
  };
}
