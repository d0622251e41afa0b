import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createProviderQuota } from "./provider-quota.js";

export interface ProviderSetUp {
  /** Whether a refusal says when to come back. */
  readonly tellsWait: boolean;
}

export interface ProviderBook {
  readonly accepted: number;
  readonly refused: number;
  /** Since the first call. */
  readonly elapsedMs: number;
}

/** A model provider over HTTP: an answer takes a while, a refusal does not. The body of a call is its number of tokens. */
export function createProviderDesk({ tellsWait }: ProviderSetUp) {
  const quota = createProviderQuota();
  let accepted = 0;
  let refused = 0;
  let firstAtMs: number | null = null;

  function answer(tokens: number, response: ServerResponse): void {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    const waitMs = quota.take(nowMs - firstAtMs, tokens);
    if (waitMs === null) {
      accepted += 1;
      setTimeout(() => response.writeHead(200).end(String(tokens)), 150 + 200 * Math.random());
      return;
    }
    refused += 1;
    const headers = tellsWait
      ? { "retry-after": String(Math.ceil(waitMs / 1_000)), "retry-after-ms": String(Math.ceil(waitMs)) }
      : {};
    response.writeHead(429, headers).end();
  }

  const server = createServer((request, response) => {
    void readNumber(request).then((tokens) => answer(tokens, response));
  });
  return {
    /** Answers its port. */
    start: () =>
      new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
      }),
    book: (): ProviderBook => ({
      accepted,
      refused,
      elapsedMs: firstAtMs === null ? 0 : performance.now() - firstAtMs,
    }),
  };
}

export type ProviderDesk = ReturnType<typeof createProviderDesk>;

async function readNumber(request: IncomingMessage): Promise<number> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return Number(text);
}
