import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "@sluice/core";
import type { Worker } from "@sluice/runner";
import { Hono } from "hono";
import type { App } from "../compose.js";
import type { Config } from "../config/config.js";
import { createAdminApi } from "./api/create-admin-api.js";
import { createHttpApp } from "./create-http-app.js";
import { createReadinessCheck } from "./health/check-readiness.js";
import { watchLoop } from "./health/watch-loop.js";
import { errorBody } from "./http-error.js";
import { listenOn } from "./listen-on.js";
import type { Metrics } from "./metrics/create-metrics.js";

/** How long a client may take, in ms. */
export interface HttpPatience {
  /** From the connection until all headers are in. */
  readonly headersMs: number;
  /** From the connection until the whole request is in. */
  readonly requestMs: number;
  /** Without a byte in either direction, also while it reads an answer. */
  readonly silenceMs: number;
}

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:7777`. */
  readonly url: string;
  /** Takes no more requests; those under way may finish for `graceMs` (default 1,000), then all connections are cut. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const usualPatience: HttpPatience = { headersMs: 10_000, requestMs: 30_000, silenceMs: 30_000 };
const maxHeaderBytes = 16 * 1024;
const maxConnections = 1_000;

/** Health checks, metrics and the admin API of one worker. Throws when the port that was asked for is taken. */
export async function startHttp({
  app,
  worker,
  metrics,
  config,
  logger,
  patience = usualPatience,
}: {
  readonly app: App;
  readonly worker: Worker;
  readonly metrics: Metrics;
  readonly config: Pick<Config, "http" | "pollIntervalMs" | "jobDelayMs">;
  readonly logger: Logger;
  readonly patience?: HttpPatience;
}): Promise<HttpServer> {
  const isLoopAlive = watchLoop(worker, Math.max(config.pollIntervalMs, config.jobDelayMs));
  const isReady = createReadinessCheck({ ...app, worker, isLoopAlive });
  metrics.readFleet(app.store);

  const open = new Hono();
  open.get("/healthz", (context) => context.json({ status: "ok" }));
  open.get("/readyz", async (context) => {
    const readiness = await isReady();
    return context.json(readiness, readiness.ready ? 200 : 503);
  });
  const guarded = new Hono();
  guarded.get("/metrics", async (context) =>
    context.body(await metrics.render(), 200, { "content-type": metrics.contentType }),
  );
  guarded.route("/api/v1", createAdminApi(app));

  const http = createHttpApp({ open, guarded, adminToken: config.http.adminToken, logger });
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: Math.min(1_000, patience.headersMs),
      keepAliveTimeout: 5_000,
      maxHeaderSize: maxHeaderBytes,
    },
    getRequestListener(http.fetch, { overrideGlobalObjects: false, errorHandler: answerUnreadable }),
  );
  server.maxConnections = maxConnections;
  server.setTimeout(patience.silenceMs);
  server.on("clientError", refuseClient);
  await listenOn(server, config.http);
  const url = urlOf(server);
  logger.info({ url }, "listening for health checks, metrics and the admin API");
  return { url, close: ({ graceMs = 1_000 } = {}) => closeServer(server, graceMs) };
}

/** A request line or Host header from which no URL can be made. */
function answerUnreadable(): Response {
  return Response.json(errorBody("bad_request", "the request cannot be read"), { status: 400 });
}

const clientErrors: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "URL and headers are too long"],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the request did not come in time"],
};

/** What Node could not read as HTTP, or not in time. */
function refuseClient(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, message] = clientErrors[error.code ?? ""] ?? ["400 Bad Request", "this is not HTTP"];
  const body = JSON.stringify(errorBody("bad_request", message));
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo; // of a TCP server that listens
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
