import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Answer, Desk } from "./answer-calls.js";

/** A process of ours, spoken to by calls of the methods at its desk. */
export interface Child<Methods extends Desk> {
  readonly pid: number;
  /** Fails when the method does, when the process ends, and when it takes longer than `limitMs` (default four minutes). */
  call<Name extends keyof Methods & string>(
    name: Name,
    args: Parameters<Methods[Name]>,
    options?: { readonly limitMs?: number },
  ): Promise<Awaited<ReturnType<Methods[Name]>>>;
  /** At once, whatever it is doing. */
  kill(): Promise<void>;
}

export type ProgramName = "bench-contender" | "bench-provider" | "bench-caller";

const defaultLimitMs = 240_000;

/** Starts one of the built programs beside this one. */
export function startChild<Methods extends Desk>(program: ProgramName, setUp: object): Child<Methods> {
  const process = fork(new URL(`./${program}.js`, import.meta.url), [JSON.stringify(setUp)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
  const words = lastWordsOf(process);
  const waiting = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  process.on("message", (answer: Answer) => waiting.get(answer.id)?.(answer));
  process.on("exit", (code, signal) => {
    for (const [id, hear] of waiting)
      hear({ id, error: `${program} ended with ${code ?? signal}:\n${words()}` });
  });
  process.on("error", () => undefined);

  return {
    pid: process.pid ?? -1,
    call: (method, args, { limitMs = defaultLimitMs } = {}) =>
      new Promise((resolve, reject) => {
        const id = calls++;
        const hear = ({ value, error }: Answer) => {
          clearTimeout(timer);
          waiting.delete(id);
          if (error === undefined) resolve(value as never);
          else reject(new Error(`${method}: ${error}`));
        };
        const timer = setTimeout(() => hear({ id, error: `no answer within ${limitMs} ms` }), limitMs);
        waiting.set(id, hear);
        if (process.connected) process.send({ id, method, args });
        else hear({ id, error: `${program} has ended:\n${words()}` });
      }),
    kill: async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      process.kill("SIGKILL");
      await once(process, "exit");
    },
  };
}

/** The end of what it said on standard error. */
function lastWordsOf(process: ChildProcess): () => string {
  let text = "";
  process.stderr?.setEncoding("utf8").on("data", (more: string) => {
    text = (text + more).slice(-2_000);
  });
  return () => text.trim();
}
