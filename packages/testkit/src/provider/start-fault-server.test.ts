import { afterAll, beforeAll, expect, test } from "vitest";
import { fillPlaceholders } from "./fill-placeholders.js";
import { type FaultServer, startFaultServer } from "./start-fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test("instants in answers are relative to when they are sent", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const filled = fillPlaceholders("{{now+2s}} {{nowms-1.5s}} {{nows+-60s}} {{httpdate}} {{later}}", now);
  expect(filled).toBe(
    `2026-11-24T12:00:02.000Z ${now - 1_500} ${now / 1_000 - 60} Tue, 24 Nov 2026 12:00:00 GMT {{later}}`,
  );
});

test.each(["gzip", "br", "deflate", "identity"])(
  "a body arrives in the encoding of its headers: %s",
  async (encoding) => {
    const headers = { "Content-Encoding": encoding, "content-length": "3" };
    server.answer = () => ({ status: 429, headers, body: { error: "slow down" } });
    const response = await fetch(server.url, { method: "POST", body: "hello" });
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual({ error: "slow down" });
    expect(server.requests.at(-1)).toEqual({ path: "/", body: "hello" });
  },
);

test("an answer is cut off in the middle, or before it began", async () => {
  server.answer = () => ({ status: 200, rawBody: '{"a":', drop: true });
  const response = await fetch(server.url);
  await expect(response.text()).rejects.toThrow();
  server.answer = () => ({ status: 0, drop: true });
  await expect(fetch(server.url)).rejects.toThrow();
});
