import { taskGateKey } from "@sluice/core";
import { sql, TransactionRollbackError } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimUnpaced } from "../src/claim/claim-unpaced.js";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { openSession } from "../src/sql/session.js";
import { type StatementValue, statement } from "../src/sql/statement.js";
import { migrated, openRealDatabase } from "./databases.js";
import { claimRequest, ended, request, type Store, succeeded } from "./sample-jobs.js";

let database: Awaited<ReturnType<typeof openRealDatabase>>;
let store: Store;
beforeAll(async () => {
  // One connection, so that what is prepared can be looked at.
  database = await migrated(openRealDatabase({ connections: 1 }));
  store = createPostgresStore({ db: database.db });
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const preparedPlans = statement<{ statement: string; generic: number; custom: number }>(
  "prepared_plans",
  "select statement, generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements",
);
const durability = statement<{ synchronous_commit: string }>("durability", "show synchronous_commit");

async function fill(taskType: string, count: number): Promise<void> {
  await database.db.execute(sql`
    insert into sluice.jobs (id, task_type, payload, priority, created_at, state, status, due_at, max_attempts)
    select gen_random_uuid(), ${taskType}, '{}', 0, sluice.now(), 0, 'pending', sluice.now(), 3 from generate_series(1, ${count})`);
}

/** Runs the claim for real, in a transaction that is rolled back. */
async function explainClaim(taskTypes: readonly string[], limit: number): Promise<string> {
  const values: readonly StatementValue[] = [
    `{${taskTypes.join(",")}}`,
    `{${taskTypes.map(() => limit).join(",")}}`,
    limit,
    "w1",
    1,
    15_000,
  ];
  const text = values.reduceRight<string>(
    (statement, value, index) =>
      statement.replaceAll(`$${index + 1}`, typeof value === "number" ? String(value) : `'${value}'`),
    claimUnpaced.text,
  );
  const explain = statement<{ "QUERY PLAN": string }>(
    "explain",
    `explain (analyze, buffers, costs off, timing off) ${text}`,
  );
  let rows: readonly { "QUERY PLAN": string }[] = [];
  const rolledBack = database.db.transaction(async (tx) => {
    rows = await openSession(tx, { prepare: false }).run(explain);
    tx.rollback();
  });
  await expect(rolledBack).rejects.toBeInstanceOf(TransactionRollbackError);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

function buffersOf(plan: string): number {
  const [, hit = "0"] = /Buffers: shared hit=(\d+)/.exec(plan) ?? [];
  const [, read = "0"] = /Buffers: shared(?: hit=\d+)? read=(\d+)/.exec(plan) ?? [];
  return Number(hit) + Number(read);
}

test("a closed type with a long backlog costs the claim of another next to nothing", async () => {
  await fill("open", 50);
  const alone = buffersOf(await explainClaim(["open"], 10));
  await fill("closed", 20_000);
  await database.db.execute(sql`analyze sluice.jobs`);
  await store.pauseGate(taskGateKey("closed"), { forMs: null });
  const plan = await explainClaim(["closed", "open"], 10);
  expect(plan).toContain("jobs_ready");
  expect(plan).not.toContain("Seq Scan on jobs");
  expect(buffersOf(plan)).toBeLessThan(alone + 40);
});

test("a plan made while the queue was empty does not read the whole table when it is full", async () => {
  await database.db.execute(sql`delete from sluice.jobs`);
  await database.db.execute(sql`vacuum analyze sluice.jobs`);
  const plan = await explainClaim(["open"], 10);
  expect(plan).toContain("jobs_ready");
  expect(plan).not.toContain("Seq Scan on jobs");
});

test("claims and settles are prepared once, and keep one plan for all parameters", async () => {
  await fill("prepared", 400);
  for (let round = 0; round < 20; round++) {
    const { jobs } = await store.claim(
      claimRequest({ limit: 10, tasks: [{ taskType: "prepared", limit: 10 }] }),
    );
    await store.commit(jobs.map((job) => ended(job, succeeded)));
  }
  const plans = await openSession(database.db, { prepare: false }).run(preparedPlans);
  const plansOf = (text: string) => plans.find(({ statement }) => statement.includes(text));
  expect(plansOf("set_config('synchronous_commit'")).toMatchObject({ generic: 15, custom: 5 });
  expect(plansOf("delete from sluice.jobs j using u")).toMatchObject({ generic: 15, custom: 5 });
});

test("a claim without permits is committed asynchronously, one with permits is not", async () => {
  const durabilityAfter = (work: (inside: Store) => Promise<unknown>) =>
    database.db.transaction(async (tx) => {
      await work(createPostgresStore({ db: tx }));
      const [row] = await openSession(tx, { prepare: false }).run(durability);
      return row?.synchronous_commit;
    });
  await store.enqueue([request({ taskType: "plain" }), request({ taskType: "budget" })]);
  const limits = { requestsPerMinute: 60, tokensPerMinute: null, maxInFlight: null, learn: false };
  await store.putTaskGates("budget", [{ key: taskGateKey("budget"), limits }]);
  const claim = (taskType: string) => (inside: Store) =>
    inside.claim(claimRequest({ limit: 1, tasks: [{ taskType, limit: 1 }] }));
  expect(await durabilityAfter(claim("plain"))).toBe("off");
  expect(await durabilityAfter(claim("budget"))).toBe("on");
  expect(await durabilityAfter((inside) => inside.enqueue([request()]))).toBe("on");
});
