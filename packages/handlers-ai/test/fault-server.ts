import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An answer to be replayed. Placeholders in header values and bodies are filled in when it is sent. */
export interface ReplayedAnswer {
  /** 0: none, see `drop` and `hang`. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
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
  answer: (request: SeenRequest) => ReplayedAnswer;
  /** Resolves when the next request is in. */
  nextRequest(): Promise<void>;
}

/** A provider on this machine that answers what it is told to, whatever it is asked. */
export async function startFaultServer(first: ReplayedAnswer = { status: 404 }): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const seen = { path: request.url ?? "", body };
      requests.push(seen);
      reply(faults.answer(seen), request, response);
      server.emit("answered");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Of a TCP server it is never a string.
  const { port } = server.address() as AddressInfo;
  const faults: FaultServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: () => first,
    nextRequest: async () => {
      await once(server, "answered");
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return faults;
}

function reply(answer: ReplayedAnswer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers = {}, body, rawBody, drop = false, hang = false } = answer;
  if (hang) return;
  if (status === 0) {
    request.socket.resetAndDestroy();
    return;
  }
  const content = fill(rawBody ?? (body === undefined ? "" : JSON.stringify(body)));
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)]);
  response.writeHead(status, { "content-type": "application/json", ...Object.fromEntries(filled) });
  if (drop) response.write(content, () => request.socket.resetAndDestroy());
  else response.end(content);
}

/** `{{now+2s}}` (RFC 3339), `{{nowms+40s}}` (ms since 1970), `{{httpdate+90s}}`. */
function fill(template: string): string {
  return template.replaceAll(/\{\{(now|nowms|httpdate)\+(\d+)s\}\}/g, (_, form: string, seconds: string) => {
    const instant = new Date(Date.now() + Number(seconds) * 1_000);
    if (form === "nowms") return String(instant.getTime());
    return form === "now" ? instant.toISOString() : instant.toUTCString();
  });
}
