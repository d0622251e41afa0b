import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Mood, Seen } from "./quota-provider.js";

export interface QuotaProvider {
  readonly url: string;
  /** What it has seen until then. */
  become(mood: Mood): Promise<Seen>;
  stop(): Promise<void>;
}

/** `poisoned`: the document that it does not take. `key`: what its errors repeat. */
export async function startQuotaProvider(options: {
  readonly poisoned: string;
  readonly key: string;
}): Promise<QuotaProvider> {
  const program = join(import.meta.dirname, "quota-provider.ts");
  const child = fork(program, [options.poisoned, options.key], { execArgv: [] });
  const nextMessage = async () => {
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the provider ended with ${code}`);
    });
    const [message] = await Promise.race([once(child, "message"), ended]);
    return message;
  };
  const { url } = await nextMessage();
  return {
    url,
    become: async (mood) => {
      const seen = nextMessage();
      child.send({ mood });
      return await seen;
    },
    stop: async () => {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
