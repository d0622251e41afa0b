import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type CommitAnswer, defaultJobPolicy, type JobId } from "@sluice/core";
import { checkHistory, recordHistory, type SavedResult } from "@sluice/testkit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { isDatabaseAway } from "../src/sql/database-error.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { type FaultyServer, startFaultyServer } from "./faulty-server.js";
import {
  claimOne,
  claimRequest,
  ended,
  failure,
  type Run,
  request,
  type Store,
  succeeded,
} from "./sample-jobs.js";

let faulty: FaultyServer;
beforeAll(async () => {
  faulty = await startFaultyServer();
});
afterAll(() => faulty.stop());

const save =
  ({ id, leaseNo }: Run["job"]) =>
  async (tx: DrizzleTransaction) =>
    void (await tx.execute(sql`insert into saved values (${id}, ${leaseNo})`));

/** As a worker does: again, until it hears something. */
async function commitAtLast(store: Store, run: Run): Promise<CommitAnswer | undefined> {
  for (;;) {
    try {
      return (await store.commit([run]))[0];
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
  }
}

test("a server that crashes in the middle of commits loses none that it has answered, and writes none twice", async () => {
  const total = 90;
  const opened = faulty.openStore({ isDirect: true });
  const { store, databaseCrashed, finish } = recordHistory(opened.store);
  await store.enqueue(Array.from({ length: total }, () => request()));
  const { jobs } = await store.claim(claimRequest({ limit: total }));
  const runs = jobs.map((job, index) => {
    if (index % 3 === 0) return ended(job, succeeded);
    if (index % 3 === 1) return ended(job, succeeded, { save: save(job) });
    return ended(job, { type: "transient", waitMs: 3_600_000, failure });
  });
  let answered = 0;
  let restarting: Promise<void> | null = null;
  const answers = runs.map(async (run) => {
    const answer = await commitAtLast(store, run);
    answered += 1;
    if (answered === 10) {
      databaseCrashed();
      restarting = faulty.server.restart("immediate");
    }
    return { answer, isBefore: answered <= 10 };
  });
  const heard = await Promise.all(answers);
  await restarting;
  expect(heard.filter(({ isBefore }) => isBefore)).toHaveLength(10);

  // A claim is not durable: those that the crash has forgotten are done by others.
  for (;;) {
    const { jobs: forgotten } = await store.claim(claimRequest({ limit: total }));
    if (forgotten.length === 0) break;
    await store.commit(forgotten.map((job) => ended(job, succeeded, { save: save(job) })));
  }
  const counts = await store.countJobs();
  expect(counts.map(({ status }) => status)).toEqual(["completed", "retry_ai"]);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  const { rows } = await opened.db.execute(sql`select job_id as "jobId", lease_no as "leaseNo" from saved`);
  expect(checkHistory(await finish(rows as unknown as SavedResult[]))).toEqual([]);
});

test("while a process is stopped in the middle of its transactions the others go on, and finish its jobs", async () => {
  const { store, db } = faulty.openStore({ isDirect: true });
  await db.execute(sql`create table shared (touched int not null)`);
  await db.execute(sql`insert into shared values (0)`);
  const target = { type: "article", id: "stopped" };
  const asked = ["refused", "saved"].map((taskType) => request({ taskType, target }));
  await store.enqueue(asked);

  const program = fileURLToPath(new URL("stopped-process.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, faulty.url], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await expect.poll(() => said, { timeout: 60_000 }).toBe("holding\n");

  const saveToo = (job: Run["job"]) => async (tx: DrizzleTransaction) => {
    await save(job)(tx);
    await tx.execute(sql`update shared set touched = touched + 1`);
  };
  const workAs = async (taskType: string): Promise<JobId> => {
    const job = await claimOne(store, { tasks: [{ taskType, limit: 1 }] });
    expect(await store.commit([ended(job, succeeded, { save: saveToo(job) })])).toMatchObject([
      { status: "completed" },
    ]);
    return job.id;
  };
  // Through the same gates, to the same target and the same row of the app: they wait, but not for long.
  for (const { taskType } of asked) {
    const [other] = await store.enqueue([request({ taskType, target })]);
    expect(await workAs(taskType)).toBe(other?.id);
  }
  await expect
    .poll(
      async () => {
        await store.maintain({ limit: 10, policy: defaultJobPolicy });
        return Promise.all(asked.map(async ({ id }) => (await store.getJob(id))?.status));
      },
      { timeout: 60_000 },
    )
    .not.toContain("processing");
  for (const { id } of asked) expect(await store.cancel(id)).toMatchObject({ type: "done" });
  for (const { id } of asked) expect(await store.retry(id)).toMatchObject({ type: "done" });
  for (const { id, taskType } of asked) expect(await workAs(taskType)).toBe(id);

  child.kill("SIGCONT");
  await once(child, "close");
  expect(JSON.parse(said.split("\n")[1] ?? "")).toEqual([{ type: "fenced-off" }, { type: "fenced-off" }]);
  for (const { id } of asked) {
    expect((await store.listAttempts(id)).map(({ outcome }) => outcome)).toEqual(["lease_lost", "succeeded"]);
    expect(await db.$count(sql`saved where job_id = ${id}`)).toBe(1);
  }
  expect(await db.$count(sql`shared where touched = 4`)).toBe(1);
}, 180_000);
