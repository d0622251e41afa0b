import { startTcpProxy, type TcpProxy } from "@sluice/testkit/postgres";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool, type PoolOptions } from "../src/node-postgres/create-pool.js";
import { isDatabaseAway } from "../src/sql/database-error.js";

let proxy: TcpProxy;
let url: string;
let end: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
  url = proxy.through(database.url);
  end = async () => {
    await proxy.close();
    await database.drop();
  };
});
afterAll(() => end());

const one = sql`select 1 as one`;
const hasOne = { rows: [{ one: 1 }] };

async function withPool(
  { query = "", ...options }: PoolOptions & { readonly query?: string },
  work: (db: ReturnType<typeof drizzle>) => Promise<void>,
) {
  const pool = createPool(url + query, { maxConnections: 1, ...options });
  await work(drizzle(pool));
  await pool.end();
}

test("a connection that is cut fails its users, and nobody else: neither the process nor the pool is lost", () =>
  withPool({ maxConnections: 2 }, async (db) => {
    for (let round = 0; round < 3; round++) {
      const users = [
        db.execute(sql`select pg_sleep(60)`),
        db.transaction((tx) => tx.execute(sql`select pg_sleep(60)`)),
      ];
      const outcomes = Promise.allSettled(users);
      await expect.poll(() => proxy.connections).toBe(2);
      proxy.cutAll();
      expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      await expect.poll(() => proxy.connections).toBe(0);
    }
    // Idle ones, then.
    await Promise.all([db.execute(one), db.execute(one)]);
    proxy.cutAll();
    await expect.poll(() => db.$client.totalCount).toBe(0);
    expect(await db.transaction((tx) => tx.execute(one))).toMatchObject(hasOne);
  }));

test("a connection cut between two statements of a transaction ends the transaction, not the process", () =>
  withPool({}, async (db) => {
    const cut = db.transaction(async (tx) => {
      await tx.execute(one);
      proxy.cutAll();
      await expect.poll(() => proxy.connections).toBe(0);
      await tx.execute(one);
    });
    await expect(cut).rejects.toThrow();
    expect(await db.execute(one)).toMatchObject(hasOne);
  }));

test.each(["request", "answer"] as const)(
  "a connection cut at the %s of the begin of a transaction leaves room for another",
  (moment) =>
    withPool({}, async (db) => {
      const cut = proxy.cutAt(moment, "begin");
      await expect(db.transaction((tx) => tx.execute(one))).rejects.toThrow();
      await cut;
      expect(await db.transaction((tx) => tx.execute(one))).toMatchObject(hasOne);
    }),
);

test("a connection that falls silent in a transaction is called lost", () =>
  withPool({ answerTimeoutMs: 300 }, async (db) => {
    const lost = db.transaction(async (tx) => {
      await tx.execute(one);
      proxy.setHalfOpen(true);
      await tx.execute(one);
    });
    expect(isDatabaseAway(await lost.catch((error: unknown) => error))).toBe(true);
    proxy.setHalfOpen(false);
    expect(await db.transaction((tx) => tx.execute(one))).toMatchObject(hasOne);
  }));

test.each([
  ["a statement", (db) => db.execute(one)],
  ["a transaction", (db) => db.transaction((tx) => tx.execute(one))],
] as [string, (db: ReturnType<typeof drizzle>) => Promise<unknown>][])(
  "a connection that falls silent fails %s in time, and is replaced",
  (_name, ask) =>
    withPool({ answerTimeoutMs: 300, connectTimeoutMs: 300 }, async (db) => {
      await db.execute(one);
      proxy.setHalfOpen(true);
      // First the connection that there is, then new ones.
      for (let round = 0; round < 3; round++) await expect(ask(db)).rejects.toThrow();
      proxy.setHalfOpen(false);
      expect(await ask(db)).toMatchObject(hasOne);
      expect(db.$client.totalCount).toBe(1);
    }),
);

test("the server is told its limits, except behind a pooler, and the URL has the last word", async () => {
  const show = sql`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name`;
  await withPool({ statementTimeoutMs: 7_000, idleTransactionTimeoutMs: 8_000 }, async (db) => {
    expect((await db.execute(show)).rows).toEqual([{ statement: "7s", idle: "8s", name: "sluice" }]);
  });
  await withPool({ behindPooler: true, applicationName: "app" }, async (db) => {
    expect((await db.execute(show)).rows).toEqual([{ statement: "0", idle: "0", name: "app" }]);
  });
  await withPool({ query: "?statement_timeout=9000&application_name=theirs" }, async (db) => {
    expect((await db.execute(show)).rows).toMatchObject([{ statement: "9s", name: "theirs" }]);
  });
});
