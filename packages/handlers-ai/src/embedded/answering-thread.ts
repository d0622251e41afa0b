import { Worker } from "node:worker_threads";
import type { EmbeddedRequest } from "./content-schema.js";

/** Answers a request with JSON; rejects with the signal's reason once that is aborted. */
export type Answering = (request: EmbeddedRequest, signal?: AbortSignal) => Promise<string>;

export type ThreadReply = { readonly json: string } | { readonly error: unknown };

interface Call {
  readonly request: EmbeddedRequest;
  readonly settle: (reply: ThreadReply) => void;
}

/**
 * Answers in a thread of its own, one request after the other, so that the loop that renews leases is never held up. The
 * thread starts with the first request, keeps no process alive while it is idle, and is replaced when it dies; the request
 * that it died of is rejected. Aborting the request in work ends the thread, as it would not listen.
 */
export function createAnsweringThread(script: URL): Answering {
  const waiting: Call[] = [];
  let current: Call | null = null;
  let thread: Worker | null = null;

  const finish = (reply: ThreadReply) => {
    const call = current;
    current = null;
    thread?.unref();
    call?.settle(reply);
    next();
  };
  const discard = () => {
    const ended = thread;
    thread = null;
    ended?.removeAllListeners();
    ended?.on("error", () => {
      // Nobody waits for what it was doing any more.
    });
    void ended?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(script, { name: "sluice-embedded-model", execArgv: [] });
    const died = (error: unknown) => {
      if (thread !== started) return;
      thread = null;
      finish({ error });
    };
    started.on("message", finish);
    started.on("error", died);
    started.on("exit", (code) =>
      died(new Error(`The thread of the embedded model ended with code ${code}.`)),
    );
    return started;
  };
  const next = () => {
    const call = current === null ? waiting.shift() : undefined;
    if (call === undefined) return;
    current = call;
    try {
      thread ??= start();
      thread.ref();
      thread.postMessage(call.request);
    } catch (error) {
      finish({ error });
    }
  };

  return (request, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const settle = (reply: ThreadReply) => {
        signal?.removeEventListener("abort", abort);
        if ("json" in reply) resolve(reply.json);
        else reject(reply.error);
      };
      const call: Call = { request, settle };
      const abort = () => {
        const place = waiting.indexOf(call);
        if (place >= 0) waiting.splice(place, 1);
        if (current !== call) {
          settle({ error: signal?.reason });
          return;
        }
        discard();
        finish({ error: signal?.reason });
      };
      signal?.addEventListener("abort", abort, { once: true });
      waiting.push(call);
      next();
    });
}
