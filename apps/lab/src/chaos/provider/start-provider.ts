import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import type { BookEntry } from "./provider-book.js";
import type { ProviderMood } from "./provider-mood.js";

/** The provider as a process of its own, which outlives every worker. */
export interface ProviderProcess {
  /** For the workers. */
  readonly baseUrl: string;
  setMood(mood: ProviderMood): Promise<void>;
  readBook(): Promise<readonly BookEntry[]>;
  stop(): void;
}

const bookPage = z.array(z.object({ calls: z.number(), answered: z.number(), garbled: z.number() }));

/** Runs the hidden command `chaos-provider` of this very program. */
export async function startProvider(seed: number): Promise<ProviderProcess> {
  const child = spawn(process.execPath, [process.argv[1] ?? "", "chaos-provider", "--seed", String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const baseUrl = await readAddress(child);
  return {
    baseUrl: `${baseUrl}/v1`,
    setMood: async (mood) => {
      await fetch(`${baseUrl}/mood`, { method: "POST", body: JSON.stringify({ mood }) });
    },
    readBook: async () => bookPage.parse(await (await fetch(`${baseUrl}/book`)).json()),
    stop: () => void child.kill("SIGKILL"),
  };
}

/** Its first line. */
async function readAddress({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the provider's output is not piped");
  const [chunk] = await once(stdout, "data");
  return String(chunk).trim();
}
