import { startTcpProxy } from "@sluice/testkit/postgres";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { expect, onTestFinished, test } from "vitest";
import { createPostgresStore, type StoreWarning } from "../src/create-postgres-store.js";
import { createPool } from "../src/node-postgres/create-pool.js";
import { listenOverPostgres } from "../src/wake/listen-over-postgres.js";
import { migrated, openNodePostgres } from "./databases.js";
import { request } from "./sample-jobs.js";

/** A listener behind a proxy, and somebody to notify it on a way of his own. */
async function openListener() {
  const database = await createTestDatabase();
  const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
  const pool = createPool(database.url, { maxConnections: 1 });
  const told: string[] = [];
  const source = listenOverPostgres({
    connectionString: proxy.through(database.url),
    askEveryMs: 50,
    answerTimeoutMs: 300,
    onLost: () => void told.push("lost"),
    onReturn: () => void told.push("returned"),
  });
  const heard: string[] = [];
  const stop = await source.listen("news", (text) => void heard.push(text));
  onTestFinished(async () => {
    await stop();
    await pool.end();
    await proxy.close();
    await database.drop();
  });
  return {
    proxy,
    heard,
    told,
    stop,
    notify: (text: string) => pool.query("select pg_notify('news', $1)", [text]),
  };
}

test("a listener listens again after each loss of its connection, silent ones included", async () => {
  const { proxy, heard, told, notify } = await openListener();
  await notify("one");
  await expect.poll(() => heard).toEqual(["one"]);
  proxy.cutAll();
  await expect.poll(() => told).toEqual(["lost", "returned"]);
  await notify("two");
  await expect.poll(() => heard).toEqual(["one", "two"]);
  proxy.setHalfOpen(true);
  await expect.poll(() => told).toEqual(["lost", "returned", "lost"]);
  proxy.setHalfOpen(false);
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(["lost", "returned", "lost", "returned"]);
  await notify("three");
  await expect.poll(() => heard).toEqual(["one", "two", "three"]);
});

test.each(["lost", "silent"])("a listener whose connection is %s can be stopped", async (how) => {
  const { proxy, told, stop } = await openListener();
  proxy.setHalfOpen(true);
  if (how === "lost") {
    proxy.cutAll();
    await expect.poll(() => told).toEqual(["lost"]);
  }
  await stop();
  proxy.setHalfOpen(false);
  expect(told).not.toContain("returned");
});

test("a store that listens to nothing finds out at once, says so, and leaves its workers to polling", async () => {
  const { db, close } = await migrated(openNodePostgres());
  const warnings: StoreWarning[] = [];
  let isListening = false;
  // As PgBouncer does it in transaction mode: LISTEN succeeds, on a connection that others use next.
  const listen = async () => {
    isListening = true;
    return async () => {
      isListening = false;
    };
  };
  const store = createPostgresStore({
    db,
    listen: { listen },
    onWarning: (warning) => void warnings.push(warning),
  });
  expect(store.supports.notifications).toBe(true);
  const woken: string[] = [];
  const stop = await store.listen((wake) => void woken.push(wake.type));
  expect(store.supports.notifications).toBe(false);
  expect(warnings.map(({ code }) => code)).toEqual(["polling-only"]);
  expect(isListening).toBe(false);
  await store.enqueue([request()]);
  await expect.poll(() => woken).toEqual(["jobs"]);
  await stop();
  await store.close();
  await close();
});
