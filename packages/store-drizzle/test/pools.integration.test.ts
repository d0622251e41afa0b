import { defaultJobPolicy, type JobId, taskGateKey } from "@sluice/core";
import { checkHistory, recordHistory, type SavedResult } from "@sluice/testkit";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { databaseError, errorCode } from "../src/sql/database-error.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { migrated, openNodePostgres, openRealDatabase } from "./databases.js";
import {
  claimRequest,
  ended,
  failure,
  keyed,
  request,
  type Store,
  succeeded,
  worker,
} from "./sample-jobs.js";

const taskTypes = ["one", "two", "three"] as const;
const modes = ["keep", "replace", "rerun"] as const;

/** Mulberry32: the same seed, the same draws. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where everything is serializable, the app's rows are so, too: whoever writes five of them by fifty may have to try for long. */
async function insist<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (errorCode(error) !== "40001") throw error;
    }
  }
}

/** One caller: a few operations, one after another, on the same few jobs, keys, targets and gates as all the others. */
function createCaller(store: Store, db: DrizzleTransaction, index: number, draw: () => number) {
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(draw() * items.length)] ?? items[0];
  const target = () => ({ type: "article", id: `a${Math.floor(draw() * 5)}` });
  const anyRequest = () =>
    request({
      taskType: pick(taskTypes),
      target: target(),
      maxAttempts: 20,
      ...(draw() < 0.5 ? keyed(`k${Math.floor(draw() * 6)}`, pick(modes)) : {}),
    });
  const touch = (tx: DrizzleTransaction, id: string) =>
    tx.execute(sql`update articles set touched = touched + 1 where id = ${id}`);
  const known: JobId[] = [];

  async function enqueue(): Promise<void> {
    const requests = Array.from({ length: 1 + Math.floor(draw() * 4) }, anyRequest);
    for (const { id } of await store.enqueue(requests)) known.push(id);
  }

  async function enqueueInTransaction(): Promise<void> {
    const asked = anyRequest();
    await insist(() =>
      db.transaction(async (tx) => {
        await touch(tx, asked.target?.id ?? "");
        await store.enqueue([asked], { tx });
      }),
    );
  }

  async function work(): Promise<void> {
    const tasks = [{ taskType: pick(taskTypes), limit: 3 }];
    const { jobs } = await store.claim(claimRequest({ workerId: `w${index}`, limit: 3, tasks }));
    const runs = jobs.map((job) => {
      const fate = draw();
      if (fate < 0.2) return ended(job, { type: "transient", waitMs: 0, failure });
      if (fate < 0.3) return ended(job, { type: "released" });
      const save = async (tx: DrizzleTransaction) => {
        await touch(tx, job.target?.id ?? "");
        await tx.execute(sql`insert into saved values (${job.id}, ${job.leaseNo})`);
      };
      return ended(job, succeeded, { save: fate < 0.7 ? save : null });
    });
    if (runs.length > 0) await insist(() => store.commit(runs));
  }

  const operations: readonly [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
    enqueue,
    enqueueInTransaction,
    work,
    work,
    () => store.maintain({ limit: 20, policy: defaultJobPolicy }),
    () => store.renew({ worker: worker({ id: `w${index}` }), leaseMs: 15_000, fences: [] }),
    async () =>
      void (
        known[0] !== undefined && (await (draw() < 0.5 ? store.cancel(known[0]) : store.retry(known[0])))
      ),
    async () => {
      const key = taskGateKey(pick(taskTypes));
      await (draw() < 0.3 ? store.pauseGate(key, { forMs: 5 }) : store.resumeGate(key));
    },
    () => store.countJobs(),
  ];
  return async (): Promise<void> => {
    for (let round = 0; round < 5; round++) await pick(operations)();
  };
}

test.each([
  ["postgres.js", 1, "read committed"],
  ["postgres.js", 2, "read committed"],
  ["node-postgres", 1, "read committed"],
  ["node-postgres", 2, "read committed"],
  ["node-postgres", 8, "serializable"],
  ["postgres.js", 8, "serializable"],
] as const)(
  "fifty callers at once over %s with %i connections, %s, wait in no circle, and no job is lost",
  async (driver, connections, isolation) => {
    const opened = await migrated(
      driver === "postgres.js" ? openRealDatabase({ connections }) : openNodePostgres({ connections }),
    );
    const { db } = opened;
    const name = new URL(opened.url).pathname.slice(1);
    await db.execute(sql`create table articles (id text primary key, touched int not null default 0)`);
    await db.execute(sql`insert into articles select 'a' || n from generate_series(0, 4) n`);
    await db.execute(sql`create table saved (job_id uuid not null, lease_no int not null)`);
    const recorder = recordHistory(createPostgresStore({ db }));
    for (const taskType of taskTypes) await recorder.store.putTaskGates(taskType, []);
    await db.execute(sql.raw(`alter database ${name} set default_transaction_isolation = '${isolation}'`));

    const seed = Math.floor(Math.random() * 2 ** 31);
    const callers = Array.from({ length: 50 }, (_, index) =>
      createCaller(recorder.store, db, index, seeded(seed + index)),
    );
    const outcomes = await Promise.allSettled(callers.map((call) => call()));
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [String(databaseError(outcome.reason))] : [],
    );
    expect(errors, `seed ${seed}`).toEqual([]);
    const saved = await db.execute(sql`select job_id as "jobId", lease_no as "leaseNo" from saved`);
    const rows = (Array.isArray(saved) ? saved : (saved as { rows: unknown[] }).rows) as SavedResult[];
    expect(checkHistory(await recorder.finish(rows)), `seed ${seed}`).toEqual([]);
    await recorder.store.close();
    await opened.close();
  },
  120_000,
);
