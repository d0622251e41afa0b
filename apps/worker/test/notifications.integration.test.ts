import type { Logger } from "@sluice/core";
import { startTcpProxy } from "@sluice/testkit/postgres";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { composeApp } from "../src/compose.js";
import { readConfig } from "../src/config/config.js";
import { migrateAll } from "../src/database/migrations.js";
import { openConfiguredDatabase } from "../src/database/open-database.js";
import { checkUp } from "../src/doctor/check-up.js";
import { logWarnings } from "../src/logging/log-warnings.js";

const database = await createTestDatabase();
const elsewhere = await createTestDatabase();
afterAll(async () => {
  await database.drop();
  await elsewhere.drop();
});

const env = (more: Readonly<Record<string, string>> = {}) =>
  readConfig({ DATABASE_URL: database.url, AI_MODEL: "embedded:extractive", ...more });

beforeAll(async () => {
  const open = await openConfiguredDatabase(env());
  await open.withoutLimits(migrateAll);
  await open.close();
});

test.each([
  ["arrives", {}, { ok: true, detail: "a notification arrives", advice: null }],
  [
    "arrives past a pooler",
    { DATABASE_POOLER: "transaction", DATABASE_DIRECT_URL: database.url, DATABASE_PREPARE: "off" },
    { ok: true },
  ],
  [
    "goes where nobody listens",
    { DATABASE_DIRECT_URL: elsewhere.url },
    {
      ok: false,
      detail: expect.stringContaining("did not arrive"),
      advice: expect.stringContaining("set DATABASE_POOLER=transaction"),
    },
  ],
  [
    "has no way past the pooler",
    { DATABASE_POOLER: "transaction" },
    { ok: false, detail: expect.stringContaining("no way past it") },
  ],
])("doctor says whether a notification that is sent arrives: one that %s", async (_, more, finding) => {
  const findings = await checkUp(env(more));
  expect(findings.find(({ check }) => check === "notifications")).toMatchObject(finding);
  expect(findings.filter(({ check, ok }) => check !== "notifications" && !ok)).toEqual([]);
});

/** A store of the service, and the lines that it logs. */
async function listenOver(directUrl: string) {
  const lines: { level: string; code: unknown; message: string }[] = [];
  const log = (level: string) => (facts: object, message: string) =>
    void lines.push({ level, code: "code" in facts ? facts.code : null, message });
  const logger: Logger = {
    child: () => logger,
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  };
  const config = env({ DATABASE_DIRECT_URL: directUrl });
  const open = await openConfiguredDatabase(config);
  const app = composeApp(config, open, logWarnings(logger));
  onTestFinished(async () => {
    await app.close();
    await open.close();
  });
  await app.store.listen(() => undefined);
  return lines;
}

test("a listener that is lost, and one that is back, are lines of the log", async () => {
  const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
  onTestFinished(() => proxy.close());
  const lines = await listenOver(proxy.through(database.url));
  expect(lines).toEqual([]);
  proxy.cutAll();
  await vi.waitFor(
    () =>
      expect(lines).toMatchObject([
        { level: "warn", code: "listener-lost", message: expect.stringContaining("workers poll") },
        { level: "info", code: "listener-returned" },
      ]),
    { timeout: 50_000 },
  );
});

test("polling instead of listening is a line of the log", async () => {
  expect(await listenOver(elsewhere.url)).toMatchObject([{ level: "warn", code: "polling-only" }]);
});
