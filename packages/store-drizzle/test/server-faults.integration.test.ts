import {
  defaultJobPolicy,
  defineTask,
  handle,
  type ProcessingJob,
  type StandardSchemaV1,
} from "@sluice/core";
import { createWorker } from "@sluice/runner";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freezeClock } from "../src/testing/freeze-clock.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { type FaultyServer, startFaultyServer } from "./faulty-server.js";
import { claimOne, claimRequest, ended, request, succeeded } from "./sample-jobs.js";

let faulty: FaultyServer;
beforeAll(async () => {
  faulty = await startFaultyServer();
});
afterAll(() => faulty.stop());

/** Takes whatever comes for what it should be. */
const language: StandardSchemaV1<{ lang: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { lang: string } }) },
};

const save = (job: ProcessingJob) => async (tx: DrizzleTransaction) =>
  void (await tx.execute(sql`insert into saved values (${job.id}, ${job.leaseNo})`));

test.each(["sluice.finished_jobs", "saved"])(
  "a disk that is full when %s is written costs no attempt, and what was to be written is, once there is room",
  async (table) => {
    const { store, db } = faulty.openStore();
    await store.enqueue([request()]);
    const job = await claimOne(store);
    const run = ended(job, succeeded, { save: save(job) });
    // A trigger that says what the server says then.
    await db.execute(sql`create or replace function disk_full() returns trigger language plpgsql as
      $$ begin raise exception sqlstate '53100' using message = 'could not extend file: No space left on device'; end $$`);
    await db.execute(
      sql.raw(`create trigger full_disk before insert on ${table} for each row execute function disk_full()`),
    );
    await expect(store.commit([run])).rejects.toMatchObject({ cause: { code: "53100" } });
    expect(await store.getJob(job.id)).toMatchObject({ status: "processing", attempts: 1 });
    await db.execute(sql.raw(`drop trigger full_disk on ${table}`));
    expect(await store.commit([run])).toMatchObject([{ status: "completed" }]);
    expect(await store.listAttempts(job.id)).toHaveLength(1);
    expect(await db.$count(sql`saved where job_id = ${job.id}`)).toBe(1);
  },
);

test("limits that the database has for others do not strike a save; its own statement that takes too long fails it", async () => {
  const { db } = faulty.openStore({ isDirect: true });
  const name = new URL(faulty.url).pathname.slice(1);
  await db.execute(sql.raw(`alter database ${name} set statement_timeout = 200`));
  await db.execute(sql.raw(`alter database ${name} set idle_in_transaction_session_timeout = 200`));
  const { store } = faulty.openStore({ behindPooler: true, saveTimeoutMs: 2_000 });
  await store.enqueue([request(), request()]);
  const [slow, endless] = [await claimOne(store), await claimOne(store)];
  const sleeping = (seconds: number) => async (tx: DrizzleTransaction) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await tx.execute(sql`select pg_sleep(${seconds})`);
  };
  expect(
    await store.commit([
      ended(slow, succeeded, { save: sleeping(0.5) }),
      ended(endless, succeeded, { save: sleeping(60) }),
    ]),
  ).toMatchObject([{ status: "completed" }, { status: "retry_ai", outcome: "handler_error" }]);
  await store.cancel(endless.id);
  await db.execute(sql.raw(`alter database ${name} reset all`));
});

test("a worker whose clock is wrong by an hour, either way, decides the same", async () => {
  const { store, db } = faulty.openStore({ isDirect: true });
  const clock = await freezeClock(db);
  const tasks = [{ taskType: "skewed", limit: 1 }];
  const realNow = Date.now();
  for (const skewMs of [3_600_000, -3_600_000]) {
    vi.useFakeTimers({ toFake: ["Date"], now: realNow + skewMs });
    try {
      await store.enqueue([
        request({ taskType: "skewed", due: { inMs: 60_000 }, deadline: { inMs: 600_000 } }),
      ]);
      expect((await store.claim(claimRequest({ tasks }))).jobs).toEqual([]);
      await clock.advance(60_000);
      const job = await claimOne(store, { tasks, leaseMs: 15_000 });
      expect(await store.maintain({ limit: 10, policy: defaultJobPolicy })).toMatchObject({
        reclaimed: 0,
        expired: 0,
      });
      await clock.advance(15_001);
      expect(await store.maintain({ limit: 10, policy: defaultJobPolicy })).toMatchObject({ reclaimed: 1 });
      expect(await store.commit([ended(job, succeeded)])).toEqual([{ type: "fenced-off" }]);
      await store.cancel(job.id);
    } finally {
      vi.useRealTimers();
    }
  }
  await clock.release();
});

test.each([
  // The next renewal would be minutes away.
  { how: "at once", hears: true, leaseMs: 600_000 },
  { how: "at its next renewal when the notification is lost", hears: false, leaseMs: 1_500 },
])("cancelling on one machine aborts the run on another $how", async ({ hears, leaseMs }) => {
  const task = defineTask({ type: `endless ${hears}`, payload: language });
  const { store } = faulty.openStore({ isDirect: true, ...(hears && { listen: faulty.url }) });
  const { store: elsewhere } = faulty.openStore({ isDirect: true });
  let begun = (_jobId: string): void => undefined;
  const running = new Promise<string>((resolve) => {
    begun = resolve;
  });
  const handler = handle(task, {
    run: ({ job, signal }) => {
      begun(job.id);
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  });
  const worker = createWorker({ store, handlers: [handler], leaseMs });
  await elsewhere.enqueue([request({ taskType: task.type })]);
  await worker.start();
  const id = (await running) as ProcessingJob["id"];
  await elsewhere.cancel(id);
  await expect.poll(async () => (await elsewhere.getJob(id))?.status, { timeout: 20_000 }).toBe("cancelled");
  // By the run itself, not by a lease that nobody renewed.
  expect(await elsewhere.listAttempts(id)).toMatchObject([{ outcome: "cancelled" }]);
  await worker.stop();
});
