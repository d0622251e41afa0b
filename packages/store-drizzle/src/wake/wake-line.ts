import type { Wake } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { decodeWake, encodeWake, wakeChannel } from "./channel.js";
import { type Hello, makeHello } from "./hello.js";
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
  /** `false`: there is no source, or nothing came from it when it was tried. */
  readonly hearsOthers: boolean;
  readonly close: () => Promise<void>;
}

export interface WakeLineOptions {
  /** Without one, only what this very store sends is heard. */
  readonly source: ListenSource | null;
  /** The source listens, but to nothing: told once per try. */
  readonly onDeaf: () => void;
  /** How long one's own call may take to come back, in ms. */
  readonly helloTimeoutMs?: number;
}

const debounceMs = 10;

export function createWakeLine(session: Session, options: WakeLineOptions): WakeLine {
  const { source, onDeaf, helloTimeoutMs = 3_000 } = options;
  const listeners = new Set<(wake: Wake) => void>();
  let stopListening: Promise<() => Promise<void>> | null = null;
  let hearsOthers = source !== null;

  const tell = (wake: Wake): void => {
    for (const listener of [...listeners]) listener(wake);
  };
  const post = (texts: readonly string[]) => session.run(notify, arrayLiteral(texts));
  const notifier = createNotifier({
    debounceMs,
    notify: async (wakes) => {
      if (!hearsOthers) wakes.forEach(tell);
      await post(wakes.flatMap(encodeWake));
    },
  });

  function hear(text: string, hello: Hello): void {
    hello.hear(text);
    const wake = decodeWake(text);
    if (wake !== null) tell(wake);
  }

  /** Listens, and finds out whether anything comes: behind a pooler that hands connections on, LISTEN succeeds and is lost. */
  async function start(from: ListenSource): Promise<() => Promise<void>> {
    const hello = makeHello();
    const end = await from.listen(wakeChannel, (text) => hear(text, hello));
    try {
      await post([hello.text]);
      hearsOthers = await hello.comesBack(helloTimeoutMs);
    } catch (error) {
      await end();
      throw error;
    }
    if (hearsOthers) return end;
    await end();
    onDeaf();
    return async () => undefined;
  }

  async function stop(): Promise<void> {
    const stopping = stopListening;
    stopListening = null;
    // What did not begin need not end; who asked for it has heard of that.
    const end = await stopping?.catch(() => null);
    await end?.();
  }

  return {
    send: notifier.send,
    get hearsOthers() {
      return hearsOthers;
    },
    listen: async (onWake) => {
      // A wrapper: one function may listen twice.
      const listener = (wake: Wake): void => onWake(wake);
      listeners.add(listener);
      if (source !== null) stopListening ??= start(source);
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
