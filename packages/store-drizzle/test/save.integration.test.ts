import { SupersededError, taskGateKey } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { databases, migrated, type OpenDatabase, openNodePostgres } from "./databases.js";
import { claimOne, ended, request, type Store, succeeded } from "./sample-jobs.js";

async function claimNew(store: Store) {
  await store.enqueue([request()]);
  return claimOne(store);
}

/** What a statement that fails with this SQLSTATE does. */
function raise(tx: DrizzleTransaction, sqlstate: string): Promise<unknown> {
  return tx.execute(sql.raw(`do $$ begin raise exception sqlstate '${sqlstate}'; end $$`));
}

type Write = (tx: DrizzleTransaction, isNested?: boolean) => Promise<unknown>;

let topics = 0;

function newTopic(): number {
  topics += 1;
  return topics;
}

describe.each(databases)("%s", (_name, open) => {
  let database: OpenDatabase;
  let store: Store;
  let db: DrizzleTransaction;
  beforeAll(async () => {
    database = await open();
    db = database.db;
    store = createPostgresStore({ db });
    await db.execute(sql`create table topics (id int primary key deferrable initially deferred, name text)`);
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  test.each(["40001", "40P01"])(
    "a save that meets %s is done again, without costing an attempt",
    async (sqlstate) => {
      const job = await claimNew(store);
      let tries = 0;
      const save = async (tx: DrizzleTransaction) => {
        tries += 1;
        await tx.execute(sql`insert into topics values (${newTopic()}, ${job.id})`);
        if (tries < 3) await raise(tx, sqlstate);
      };
      expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
      expect(tries).toBe(3);
      expect(await db.$count(sql`topics where name = ${job.id}`)).toBe(1);
      expect(await store.listAttempts(job.id)).toMatchObject([{ outcome: "succeeded" }]);
    },
  );

  test("a constraint that fails only at the commit is a failed attempt, with the database's own code", async () => {
    await db.execute(sql`insert into topics values (1000000, 'taken')`);
    const job = await claimNew(store);
    const save = async (tx: DrizzleTransaction) =>
      void (await tx.execute(sql`insert into topics values (1000000, 'again')`));
    expect(await store.commit([ended(job, succeeded, { save })])).toEqual([
      { type: "committed", status: "retry_ai", outcome: "handler_error" },
    ]);
    expect(await store.getJob(job.id)).toMatchObject({ attempts: 1, lastFailure: { code: "23505" } });
    expect(await db.$count(sql`topics where name = 'again'`)).toBe(0);
  });

  test("a failed statement is stored without its text and values", async () => {
    const job = await claimNew(store);
    const save = async (tx: DrizzleTransaction) =>
      void (await tx.execute(sql`insert into nowhere values (${"secret"})`));
    await store.commit([ended(job, succeeded, { save })]);
    const stored = await store.getJob(job.id);
    expect(stored?.lastFailure).toMatchObject({ code: "42P01" });
    expect(stored?.lastFailure?.message).not.toMatch(/secret|insert/);
  });

  test("a save that swallows a failed statement does not complete its job", async () => {
    const job = await claimNew(store);
    const save = async (tx: DrizzleTransaction) => void (await raise(tx, "22012").catch(() => undefined));
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([
      { outcome: "handler_error" },
    ]);
    expect(await store.getJob(job.id)).toMatchObject({ status: "retry_ai" });
  });

  test("a result that the database cannot hold fails its own run, not the others sent with it", async () => {
    const [bad, good] = [await claimNew(store), await claimNew(store)];
    const runs = [ended(bad, { type: "succeeded", result: "\0" }), ended(good, succeeded)];
    expect(await store.commit(runs)).toMatchObject([{ outcome: "handler_error" }, { status: "completed" }]);
  });

  test("a save that never ends is a failed attempt, and the store goes on committing", async () => {
    const hasty = createPostgresStore({ db, saveTimeoutMs: 500 });
    const [hanging, good] = [await claimNew(store), await claimNew(store)];
    const save = async (tx: DrizzleTransaction) => {
      await tx.execute(sql`insert into topics values (${newTopic()}, 'hanging')`);
      await new Promise<never>(() => undefined);
    };
    expect(await hasty.commit([ended(hanging, succeeded, { save })])).toMatchObject([
      { status: "retry_ai", outcome: "handler_error" },
    ]);
    expect((await store.getJob(hanging.id))?.lastFailure?.message).toMatch(
      "the save took longer than 400 ms",
    );
    expect(await db.$count(sql`topics where name = 'hanging'`)).toBe(0);
    expect(await hasty.commit([ended(good, succeeded, { save: () => undefined })])).toMatchObject([
      { status: "completed" },
    ]);
  });

  const late: readonly (readonly [string, (tx: DrizzleTransaction, write: Write) => Promise<unknown>])[] = [
    ["", (tx, write) => write(tx)],
    ["in a transaction that it began in time", (tx, write) => tx.transaction((inner) => write(inner))],
    ["in one inside that", (tx, write) => tx.transaction((inner) => inner.transaction(write))],
    ["in a transaction that it begins only then", (tx, write) => write(tx, true)],
  ];
  test.each(late)("a save that wakes up too late writes nothing any more %s", async (_how, begin) => {
    const hasty = createPostgresStore({ db, saveTimeoutMs: 500 });
    const job = await claimNew(store);
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let writing: Promise<unknown> = Promise.resolve();
    const insert = (tx: DrizzleTransaction) =>
      tx.execute(sql`insert into topics values (${newTopic()}, 'late')`);
    const save = (tx: DrizzleTransaction) => {
      writing = begin(tx, async (inner, isNested) => {
        await woken;
        await (isNested === true ? inner.transaction(insert) : insert(inner));
      });
      return writing;
    };
    await hasty.commit([ended(job, succeeded, { save })]);
    wake();
    await expect(writing).rejects.toThrow();
    expect(await db.$count(sql`topics where name = 'late'`)).toBe(0);
  });

  test("a save may have transactions inside its own, which can be taken back alone", async () => {
    const job = await claimNew(store);
    const save = async (tx: DrizzleTransaction) => {
      await tx.transaction((inner) => inner.execute(sql`insert into topics values (${newTopic()}, 'kept')`));
      await tx
        .transaction(async (inner) => {
          await inner.execute(sql`insert into topics values (${newTopic()}, 'taken back')`);
          throw new Error("not that");
        })
        .catch(() => undefined);
    };
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
    expect(await db.$count(sql`topics where name = 'kept'`)).toBe(1);
    expect(await db.$count(sql`topics where name = 'taken back'`)).toBe(0);
  });

  test("a superseded save gives the job back", async () => {
    const job = await claimNew(store);
    const save = () => Promise.reject(new SupersededError());
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "pending" }]);
    await store.cancel(job.id);
  });
});

describe("on a server that fails", () => {
  let database: OpenDatabase;
  let store: Store;
  beforeAll(async () => {
    // Over node-postgres: postgres.js 3.4.9 ends the process when a connection dies in a transaction (porsager/postgres#1208).
    database = await migrated(openNodePostgres());
    store = createPostgresStore({ db: database.db, saveTimeoutMs: 2_000 });
    await database.db.execute(sql`create table topics (name text)`);
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  test("a connection lost in the middle of a save costs no attempt, and nothing is written twice", async () => {
    const job = await claimNew(store);
    let tries = 0;
    const save = async (tx: DrizzleTransaction) => {
      tries += 1;
      await tx.execute(sql`insert into topics values (${job.id})`);
      if (tries === 1) await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
    };
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
    expect(tries).toBe(2);
    expect(await database.db.$count(sql`topics where name = ${job.id}`)).toBe(1);
    expect(await store.listAttempts(job.id)).toHaveLength(1);
  });

  test("a save that finds itself in another transaction completes nothing there", async () => {
    const job = await claimNew(store);
    let tries = 0;
    const save = async (tx: DrizzleTransaction) => {
      tries += 1;
      // What a driver does that goes on over another connection: what follows is not what began.
      if (tries === 1) await tx.execute(sql`commit`);
      if (tries === 1) await tx.execute(sql`begin`);
      await tx.execute(sql`insert into topics values (${job.id})`);
    };
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
    expect(tries).toBe(2);
    expect(await database.db.$count(sql`topics where name = ${job.id}`)).toBe(1);
  });

  test("a claim that a crash of the database forgot cannot be committed against its successor", async () => {
    const job = await claimNew(store);
    // What the crash leaves: the row as it was before the claim. The next claim gives out the same lease number.
    await database.db.execute(
      sql`update sluice.jobs set state = 0, status = 'pending', attempts = 0, lease_no = 0, worker_id = null where id = ${job.id}`,
    );
    const again = await claimOne(store, { workerId: "w2" });
    expect(again).toMatchObject({ id: job.id, leaseNo: job.leaseNo });
    expect(await store.commit([ended(job, succeeded)])).toEqual([{ type: "fenced-off" }]);
    const save = async (tx: DrizzleTransaction) =>
      void (await tx.execute(sql`insert into topics values ('late')`));
    expect(await store.commit([ended(job, succeeded, { save })])).toEqual([{ type: "fenced-off" }]);
    expect(await database.db.$count(sql`topics where name = 'late'`)).toBe(0);
    expect(await store.commit([ended(again, succeeded)])).toMatchObject([{ status: "completed" }]);
  });

  test("a save that waits too long for a lock is done again, and then left to whoever sent it", async () => {
    const job = await claimNew(store);
    await store.pauseGate(taskGateKey("held"), { forMs: 1_000 });
    const impatient = createPostgresStore({ db: database.db, saveTimeoutMs: 1_000 });
    const lock = sql`select key from sluice.gates where key = 'task:held' for update`;
    let tries = 0;
    const save = async (tx: DrizzleTransaction) => {
      tries += 1;
      await tx.execute(lock);
    };
    await database.db.transaction(async (holder) => {
      await holder.execute(lock);
      await expect(impatient.commit([ended(job, succeeded, { save })])).rejects.toThrow();
    });
    expect(tries).toBeGreaterThan(1);
    expect(await store.commit([ended(job, succeeded, { save })])).toMatchObject([{ status: "completed" }]);
  });
});
