import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { encodeBody } from "./encode-body.js";
import { fillPlaceholders } from "./fill-placeholders.js";

/** An answer to be replayed. Placeholders in header values and bodies are filled in when it is sent. */
export interface ReplayedAnswer {
  /** 0: none, see `drop` and `hang`. */
  readonly status: number;
  /** A `content-encoding` is applied to the body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | undefined;
  /** Cuts the connection: in the middle of the body, or before the headers if the status is 0. */
  readonly drop?: boolean | undefined;
  /** Never answers. */
  readonly hang?: boolean | undefined;
}

export interface SeenRequest {
  readonly path: string;
  readonly body: string;
}

export interface FaultServer extends AsyncDisposable {
  readonly url: string;
  /** What came in, in order. */
  readonly requests: SeenRequest[];
  /** What to answer from now on. */
  answer: (request: SeenRequest) => ReplayedAnswer | Promise<ReplayedAnswer>;
  /** Resolves when the next request is in. */
  nextRequest(): Promise<void>;
}

/** A model provider on this machine that answers what it is told to, whatever it is asked. */
export async function startFaultServer(first: ReplayedAnswer = { status: 404 }): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    // Who is killed while it asks is no concern of the provider's.
    void receive(request, response).catch(() => undefined);
  });
  async function receive(request: IncomingMessage, response: ServerResponse) {
    const seen = { path: request.url ?? "", body: await text(request) };
    requests.push(seen);
    server.emit("asked");
    reply(await faults.answer(seen), request, response);
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Of a TCP server it is never a string.
  const { port } = server.address() as AddressInfo;
  const faults: FaultServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: () => first,
    nextRequest: async () => {
      await once(server, "asked");
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return faults;
}

/** They say how bytes went over another connection than this one. */
const hopByHop: readonly string[] = ["connection", "content-length", "keep-alive", "transfer-encoding"];

function reply(answer: ReplayedAnswer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers = {}, body, rawBody, drop = false, hang = false } = answer;
  if (hang) return;
  if (status === 0) {
    request.socket.resetAndDestroy();
    return;
  }
  const filled: Record<string, string> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(headers))
    if (!hopByHop.includes(name.toLowerCase())) filled[name.toLowerCase()] = fillPlaceholders(value);
  const content = fillPlaceholders(rawBody ?? (body === undefined ? "" : JSON.stringify(body)));
  const encoded = encodeBody(content, filled["content-encoding"]);
  response.writeHead(status, filled);
  if (drop) response.write(encoded, () => request.socket.resetAndDestroy());
  else response.end(encoded);
}
