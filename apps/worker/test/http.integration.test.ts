import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Logger } from "@sluice/core";
import { silentLogger } from "@sluice/runner";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FailedError } from "../src/cli/exit-code.js";
import { type ServedApp, serveApp } from "./serve-app.js";

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp();
});
afterAll(() => served.close());

/** What is asked of the database may be a while old. */
const patiently = { timeout: 30_000, interval: 100 };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serveAnother(options: Parameters<typeof serveApp>[0]): Promise<ServedApp> {
  const another = await serveApp(options);
  closing.push(() => another.close());
  return another;
}

/** A connection without any manners. */
function dial(url: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  closing.push(async () => void socket.destroy());
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.on("error", () => undefined);
  const answer = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return { socket, answer };
}

describe("whatever is not there", () => {
  test.each([
    "/",
    "/api/v1",
    "/api/v1/",
    "/api/v2/jobs",
    "/metrics/",
    "/..%2fetc/passwd",
    "/%",
    "/api/v1/jobs/a/b/c",
  ])("is answered with 404, as JSON: %s", async (path) => {
    const { status, json } = await served.get(path);
    expect(json).toEqual({ error: { code: "not_found", field: null, message: "there is nothing here" } });
    expect(status).toBe(404);
  });

  test.each([
    ["POST", "/healthz", "GET, HEAD"],
    ["DELETE", "/api/v1/jobs", "GET, HEAD, POST"],
    ["GET", "/api/v1/jobs/x/retry", "POST"],
    ["PUT", "/api/v1/gates/task:x", "GET, HEAD"],
  ])("%s %s is answered with 405 and what is allowed", async (method, path, allowed) => {
    const response = await fetch(`${served.url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allowed);
    expect(await response.json()).toMatchObject({ error: { code: "method_not_allowed" } });
  });
});

describe("a request that is too much", () => {
  test("a body of more than 1 MiB is refused", async () => {
    const { status, json } = await served.post("/api/v1/jobs", `"${"x".repeat(1024 * 1024)}"`);
    expect(json.error.code).toBe("too_large");
    expect(status).toBe(413);
  });

  test("so is one that never says how long it is", async () => {
    const { socket, answer } = dial(served.url);
    socket.write(
      "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const chunk = `${(64 * 1024).toString(16)}\r\n${"x".repeat(64 * 1024)}\r\n`;
    for (let sent = 0; sent < 20; sent++) socket.write(chunk);
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test("headers of more than 16 KiB are refused, and so is such a URL", async () => {
    for (const request of [
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`,
      `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ]) {
      const { socket, answer } = dial(served.url);
      socket.write(request);
      expect(await answer).toMatch(/^HTTP\/1.1 431 [\s\S]*"URL and headers are too long"/);
    }
  });

  test("what is not HTTP is told so, and cut off", async () => {
    const { socket, answer } = dial(served.url);
    socket.write("\u0016\u0003\u0001 hello\r\n\r\n");
    expect(await answer).toMatch(/^HTTP\/1.1 400 [\s\S]*"this is not HTTP"/);
  });

  test("a Host header that makes no URL is answered with 400", async () => {
    const { socket, answer } = dial(served.url);
    socket.write("GET /healthz HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n");
    expect(await answer).toMatch(/^HTTP\/1.1 400 [\s\S]*bad_request/);
  });
});

describe("a slow client", () => {
  const patience = { headersMs: 200, requestMs: 400, silenceMs: 600 };

  test("that never finishes its headers is cut off", async () => {
    const { url } = await serveAnother({ patience });
    const { socket, answer } = dial(url);
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    const drip = setInterval(() => socket.write("X-Slow: 1\r\n"), 20);
    expect(await answer).toMatch(/^(HTTP\/1.1 408 .*)?/);
    clearInterval(drip);
    expect(socket.destroyed).toBe(true);
  });

  test("that never finishes its body is cut off", async () => {
    const { url } = await serveAnother({ patience });
    const { socket, answer } = dial(url);
    socket.write(
      "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    );
    const drip = setInterval(() => socket.write(" "), 20);
    await answer;
    clearInterval(drip);
    expect(socket.destroyed).toBe(true);
  });

  test("that says nothing at all is cut off", async () => {
    const { url } = await serveAnother({ patience });
    const { socket, answer } = dial(url);
    await answer;
    expect(socket.destroyed).toBe(true);
  });
});

describe("access", () => {
  const token = "0123456789-0123456789";
  const bearer = { authorization: `Bearer ${token}` };

  test("with a token set, metrics and admin API ask for it, health checks do not", async () => {
    const another = await serveAnother({ env: { ADMIN_TOKEN: token } });
    for (const path of ["/metrics", "/api/v1/status", "/api/v1/jobs"]) {
      const { status, headers, json } = await another.get(path);
      expect([path, status]).toEqual([path, 401]);
      expect(headers.get("www-authenticate")).toBe("Bearer");
      expect(json.error.code).toBe("unauthorized");
      expect((await another.get(path, bearer)).status).toBe(200);
    }
    expect((await another.get("/healthz")).status).toBe(200);
    expect((await another.get("/readyz")).status).toBe(503);
  });

  test("without one, a name that was made to point here is refused", async () => {
    for (const path of ["/metrics", "/api/v1/status"]) {
      const { socket, answer } = dial(served.url);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
      expect(await answer).toMatch(/^HTTP\/1.1 403 [\s\S]*wrong_host/);
    }
  });

  test("pages of other origins get nothing, and a form cannot write", async () => {
    const evil = { origin: "https://evil.example" };
    expect((await served.get("/api/v1/jobs", evil)).status).toBe(403);
    expect((await served.post("/api/v1/gates/task:x/pause", {}, evil)).status).toBe(403);
    const form = { "content-type": "text/plain" };
    expect((await served.post("/api/v1/gates/task:x/pause", {}, form)).status).toBe(415);
    const { headers } = await served.get("/api/v1/jobs");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("health", () => {
  test("the process lives from the start, and is ready while its worker works, not before and not while it drains", async () => {
    const { get, worker } = await serveAnother({});
    expect((await get("/healthz")).json).toEqual({ status: "ok" });
    expect((await get("/readyz")).json).toEqual({ ready: false, reasons: ["the worker is stopped"] });
    await worker.start();
    await expect
      .poll(async () => (await get("/readyz")).json, patiently)
      .toEqual({ ready: true, reasons: [] });
    const stopped = worker.stop();
    const draining = await get("/readyz");
    expect(draining.status).toBe(503);
    expect(draining.json.reasons[0]).toMatch(/^the worker is stop/);
    await stopped;
  });

  test("a database without our tables is told", async () => {
    const { get, app, worker } = await serveAnother({});
    await worker.start();
    await app.db.execute(sql`delete from sluice.migrations where set = 'targets'`);
    await expect
      .poll(async () => (await get("/readyz")).json.reasons, patiently)
      .toEqual([expect.stringContaining("the database lacks migrations: targets/")]);
  });

  test("a worker that the database has forgotten is not ready", async () => {
    const { get, app, worker } = await serveAnother({});
    await worker.start();
    await app.store.removeWorker(worker.id);
    await expect
      .poll(async () => (await get("/readyz")).json.reasons, patiently)
      .toEqual(["the worker has given no sign of life in the database for too long"]);
  });
});

describe("a database that is broken", () => {
  test("makes requests fail without a word of SQL, and metrics still come", async () => {
    const { get, app } = await serveAnother({});
    await app.db.execute(sql`drop schema sluice cascade`);
    const { status, text, json } = await get("/api/v1/jobs");
    expect(json.error).toEqual({
      code: "internal_error",
      field: null,
      message: "something is wrong here; the log says what",
    });
    expect(status).toBe(500);
    expect(text).not.toMatch(/select|sluice\.|at .*\.[jt]s/);
    const metrics = await get("/metrics");
    expect(metrics.text).toMatch(/^sluice_database_up 0$/m);
    expect(metrics.text).not.toMatch(/^sluice_jobs\{/m);
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(503);
  });
});

test("a port that was asked for and is taken is a clear error", async () => {
  const other = createServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  closing.push(async () => void other.close());
  await expect(serveApp({ env: { HTTP_PORT: String(port) } })).rejects.toThrow(
    `port ${port} of 127.0.0.1 is in use by another process: set HTTP_PORT to a free one, or to 0 for any`,
  );
});

test.each([
  ["192.0.2.1", "HTTP_HOST"],
  ["no-such-host.invalid", "HTTP_HOST"],
])("an interface that is none of this machine is told by its setting: %s", async (host, words) => {
  const env = { HTTP_HOST: host, ADMIN_TOKEN: "0123456789abcdef" };
  const error = await serveApp({ env }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FailedError);
  expect(String(error)).toContain(`set ${words} to`);
  expect(String(error)).toContain(host);
});

test("a client that hangs up in the middle of its request is no error of ours", async () => {
  const lines: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    debug: (_, message) => void lines.push(`debug ${message}`),
    error: (_, message) => void lines.push(`error ${message}`),
  };
  const { url, get } = await serveAnother({ logger });
  const client = dial(url);
  client.socket.write(
    'POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"a":',
  );
  await once(client.socket, "connect");
  expect((await get("/healthz")).status).toBe(200); // the server has seen what was sent before
  client.socket.destroy();
  await expect.poll(() => lines, { timeout: 50_000 }).toEqual(["debug an HTTP client went away"]);
});

test("closing ends connections that are kept alive, and cuts those that never end", async () => {
  const { url, closeHttp } = await serveAnother({});
  const idle = dial(url);
  idle.socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(idle.socket, "data");
  const endless = dial(url);
  endless.socket.write("POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n");
  await once(endless.socket, "connect");
  await closeHttp();
  expect(await idle.answer).toContain("200 OK");
  await endless.answer;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
