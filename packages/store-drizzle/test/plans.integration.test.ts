import { defaultJobPolicy, type GateKey, noLimits, taskGateKey } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { claimUnpaced } from "../src/claim/claim-unpaced.js";
import { claimWithPermits } from "../src/claim/claim-with-permits.js";
import { lookAhead } from "../src/claim/look-ahead.js";
import { LowWater } from "../src/claim/low-water.js";
import { readPermitsStatement } from "../src/claim/read-permits.js";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { arrayLiteral } from "../src/sql/array-literal.js";
import { openSession } from "../src/sql/session.js";
import { type StatementValue, statement } from "../src/sql/statement.js";
import { readClocks } from "../src/upkeep/end-unroutable.js";
import { migrated, openRealDatabase } from "./databases.js";
import { type Explained, explainPrepared, fillTable, plansOf, withoutLog } from "./explain.js";
import { claimRequest, ended, request, type Store, succeeded } from "./sample-jobs.js";

const modelGate = "model:acme:main:mt-2" as GateKey;
const limits = { ...noLimits, maxInFlight: 1_000 };
const settle = "delete from sluice.jobs j using u";

let database: Awaited<ReturnType<typeof openRealDatabase>>;
let store: Store;
let alone: ReadonlyMap<string, Explained>;

beforeAll(async () => {
  // One connection, so that what is prepared can be looked at.
  database = await migrated(openRealDatabase({ connections: 1 }));
  store = createPostgresStore({ db: database.db });
  await withoutLog(database.db);
  await store.putTaskGates("windowed", [{ key: modelGate, limits }]);
  await store.pauseGate(taskGateKey("closed"), { forMs: null });
  await fillReady("open", 400);
  await fillReady("windowed", 400);
  for (let round = 0; round < 12; round++) await work();
  alone = await explainAll();
}, 60_000);
afterAll(async () => {
  await store.close();
  await database.close();
});

/** All that a worker does, so that all of it is prepared. */
async function work(): Promise<void> {
  for (const taskTypes of [["closed", "open"], ["windowed"]]) {
    const tasks = taskTypes.map((taskType) => ({ taskType, limit: 10 }));
    const { jobs } = await store.claim(claimRequest({ limit: 10, tasks }));
    await store.commit(jobs.map((job) => ended(job, succeeded)));
  }
  await store.enqueue([request({ taskType: "soon", due: { inMs: 1 } })]);
  await store.claim(claimRequest({ limit: 5, tasks: [{ taskType: "soon", limit: 5 }] }));
  await store.maintain({ limit: 10, policy: defaultJobPolicy });
}

async function fillReady(taskType: string, count: number, { types = 1, dueInMs = 0 } = {}): Promise<void> {
  const name = types === 1 ? sql`${taskType}` : sql`${taskType} || n % ${types}`;
  await fillTable(
    database.db,
    "sluice.jobs",
    sql`insert into sluice.jobs (id, task_type, payload, priority, created_at, state, status, due_at, max_attempts)
      select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || left(md5(${`${taskType} ${dueInMs}`}), 12))::uuid, ${name}, '{}', 0, sluice.now(),
        ${dueInMs > 0 ? 1 : 0}, 'pending', sluice.now() + (${dueInMs} + n) * interval '1 ms', 3
      from generate_series(1, ${count}) as n`,
  );
}

async function fillFinished(count: number): Promise<void> {
  await fillTable(
    database.db,
    "sluice.finished_jobs",
    sql`insert into sluice.finished_jobs (id, task_type, payload, priority, created_at, status, attempts, max_attempts, deferrals,
        deferred_ms, invalid_outputs, lease_no, retried_at_lease_no, finished_at)
      select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 'open', '{}', 0, sluice.now(),
        case n % 10 when 0 then 'failed_ai' else 'completed' end, 1, 3, 0, 0, 0, 1, 0, sluice.now() - (${count} - n) * interval '1 ms'
      from generate_series(1, ${count}) as n`,
  );
}

const claimOf = (
  taskTypes: readonly string[],
  rest: readonly StatementValue[],
): readonly StatementValue[] => [
  arrayLiteral(taskTypes),
  arrayLiteral(taskTypes.map(() => 10)),
  ...rest,
  ...["w1", 1, 15_000],
  ...new LowWater().columns(taskTypes),
];

const durability = statement<{ synchronous_commit: string }>("durability", "show synchronous_commit");
const gate = statement<{ revision: number; pacing: string }>(
  "gate_of",
  "select revision::int as revision, pacing::text as pacing from sluice.gates where key = $1::text",
);

/** The gates of the windowed type as they are, which is what its claim asks for. */
async function chargedGates(): Promise<string> {
  const [row] = await openSession(database.db, { prepare: false }).run(gate, modelGate);
  return JSON.stringify([{ key: modelGate, revision: row?.revision, pacing: JSON.parse(row?.pacing ?? "") }]);
}

/** What statements of the hot path, and those of upkeep, look at when there is as much to find as ever. */
async function explainAll(): Promise<ReadonlyMap<string, Explained>> {
  const both = ["closed", "open"];
  const statements: readonly (readonly [name: string, snippet: string, values: readonly StatementValue[]])[] =
    [
      ["claim without permits", claimUnpaced.text, claimOf(both, [10])],
      ["claim with permits", claimWithPermits.text, [await chargedGates(), ...claimOf(["windowed"], [])]],
      ["read permits", readPermitsStatement.text, [arrayLiteral(["windowed"])]],
      ["look ahead", lookAhead.text, [arrayLiteral(both), ...new LowWater().columns(both)]],
      [
        "promote jobs of types",
        "task_type = any (array[a.task_type]) and due_at <= (select sluice.now())",
        [arrayLiteral(both), 10],
      ],
      ["promote jobs", "where state = 1 and due_at <=", [10]],
      ["find expired leases", "j.state = 2 and j.lease_expires_at <= (select now from clock)", [10]],
      [
        "find jobs past their deadline",
        "j.deadline_at is not null and j.state <> 2 and j.deadline_at <=",
        [10],
      ],
      ["find task types that wait", readClocks.text, []],
      ["delete old completed jobs", "where status = 'completed' and finished_at <", [0, 10]],
      ["delete old failed jobs", "where status <> 'completed' and finished_at <", [0, 10]],
    ];
  const explained = new Map<string, Explained>();
  for (const [name, snippet, values] of statements)
    explained.set(name, await explainPrepared(database.db, snippet, values));
  return explained;
}

/** Higher trees, and pages that other rows fill, may double it; to look at the backlog itself would make it a thousand times as much. */
async function expectNoGrowth({ but }: { but?: string } = {}): Promise<void> {
  for (const [name, { buffers, text }] of await explainAll()) {
    if (name === but) continue;
    const before = alone.get(name)?.buffers ?? 0;
    expect(buffers, `${name}: ${before} pages before, now ${text}`).toBeLessThanOrEqual(2 * before + 30);
  }
}

test("a plan that was made on a new database, or on one that vacuum saw empty, does not read all jobs", async () => {
  const { db, close } = await openRealDatabase({ connections: 1, template: inject("migratedDatabase") });
  const fresh = createPostgresStore({ db });
  const claimOften = async () => {
    // Often enough for a plan that is kept.
    for (let times = 0; times < 12; times++)
      await fresh.claim(claimRequest({ limit: 10, tasks: [{ taskType: "open", limit: 10 }] }));
    const { readWhole } = await explainPrepared(db, claimUnpaced.text, claimOf(["open"], [10]));
    return readWhole.filter((table) => table === "jobs");
  };
  expect(await claimOften()).toEqual([]);
  await db.execute(sql`vacuum (analyze) sluice.jobs`);
  expect(await claimOften()).toEqual([]);
  await fresh.close();
  await close();
});

describe("what a worker's statements look at does not grow with", () => {
  test("a million jobs of a closed type in front", async () => {
    await fillReady("closed", 1_000_000);
    await expectNoGrowth();
  }, 120_000);

  test("200,000 jobs due later", async () => {
    await fillReady("open", 200_000, { dueInMs: 3_600_000 });
    await expectNoGrowth();
  }, 120_000);

  test("a million finished jobs", async () => {
    await fillFinished(1_000_000);
    await expectNoGrowth();
  }, 120_000);

  test("a thousand task types, but for those that are asked for", async () => {
    await fillReady("type-", 100_000, { types: 1_000 });
    await database.db.execute(
      sql`insert into sluice.task_gates select 'type-' || n, 'model:' || n % 20, 2 from generate_series(0, 999) n`,
    );
    await database.db.execute(sql`analyze sluice.task_gates`);
    await expectNoGrowth({ but: "find task types that wait" });
    const types = Array.from({ length: 1_000 }, (_, index) => `type-${index}`);
    const asked = await explainPrepared(database.db, claimUnpaced.text, claimOf(types, [10]));
    expect(asked.buffers).toBeLessThan(10 * types.length);
    const outlooks = [arrayLiteral(types), ...new LowWater().columns(types)];
    expect((await explainPrepared(database.db, lookAhead.text, outlooks)).buffers).toBeLessThan(
      25 * types.length,
    );
  }, 120_000);
});

test("claims and settles are prepared once, and keep one plan for all parameters", async () => {
  for (const snippet of [
    claimUnpaced.text,
    claimWithPermits.text,
    lookAhead.text,
    readPermitsStatement.text,
    settle,
  ])
    expect((await plansOf(database.db, snippet)).generic, snippet).toBeGreaterThan(0);
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
