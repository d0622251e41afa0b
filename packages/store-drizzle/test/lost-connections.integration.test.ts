import { type CommitAnswer, defaultJobPolicy, type ProcessingJob, taskGateKey } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DrizzleTransaction } from "../src/transaction.js";
import { type FaultyServer, type OwnStore, startFaultyServer } from "./faulty-server.js";
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
let witness: OwnStore;
beforeAll(async () => {
  faulty = await startFaultyServer();
  witness = faulty.openStore({ isDirect: true });
});
afterAll(() => faulty.stop());

const save = (job: ProcessingJob) => async (tx: DrizzleTransaction) =>
  void (await tx.execute(sql`insert into saved values (${job.id}, ${job.leaseNo})`));

/** To be tried again, and not soon: it must not get in the way of what else is claimed. */
const failed = { type: "transient", waitMs: 3_600_000, failure } as const;

/** The statement, not the end of "read committed", which a connection asks for when it begins. */
const commitStatement = "commit\0";

/** Kinds of commits, and what is sent last in each. */
const commits: readonly (readonly [
  name: string,
  last: string,
  end: (job: ProcessingJob) => Run,
  answer: CommitAnswer,
])[] = [
  [
    "a plain success",
    "sluice_settle_successes",
    (job) => ended(job, succeeded),
    { type: "committed", status: "completed", outcome: "succeeded" },
  ],
  [
    "a failure",
    commitStatement,
    (job) => ended(job, failed),
    { type: "committed", status: "retry_ai", outcome: "transient" },
  ],
  [
    "a success with a save",
    commitStatement,
    (job) => ended(job, succeeded, { save: save(job) }),
    { type: "committed", status: "completed", outcome: "succeeded" },
  ],
];

async function enqueueAndClaim(store: Store, taskType: string): Promise<ProcessingJob> {
  await store.enqueue([request({ taskType, maxAttempts: 9 })]);
  return claimOne(store, { tasks: [{ taskType, limit: 1 }] });
}

async function expectWrittenOnce(run: Run): Promise<void> {
  const { id } = run.job;
  expect(await witness.store.listAttempts(id)).toHaveLength(1);
  expect(await witness.store.getJob(id)).toMatchObject({ attempts: 1, leaseNo: 2 });
  expect(await witness.db.$count(sql`saved where job_id = ${id}`)).toBe(run.save === null ? 0 : 1);
}

test.each(
  commits.flatMap(([name, ...how]) =>
    (["request", "answer"] as const).map((moment) => ({ name, moment, how })),
  ),
)(
  "$name whose connection is cut at the $moment of its commit is written once, and answered",
  async ({ moment, how: [last, end, answer] }) => {
    const { store } = faulty.openStore();
    const run = end(await enqueueAndClaim(store, "cut"));
    const cut = faulty.proxy.cutAt(moment, last);
    expect(await store.commit([run])).toEqual([answer]);
    await cut;
    await expectWrittenOnce(run);
  },
);

test("calls over a network that is gone fail in time, and the next ones succeed when it is back", async () => {
  const { store } = faulty.openStore({ answerTimeoutMs: 400, connectTimeoutMs: 400 });
  await store.enqueue([request({ taskType: "gone" }), request({ taskType: "gone" })]);
  const tasks = [{ taskType: "gone", limit: 1 }];
  const [first, second] = [await claimOne(store, { tasks }), await claimOne(store, { tasks })];
  const runs = [ended(first, succeeded), ended(second, succeeded, { save: save(second) })];
  faulty.proxy.setHalfOpen(true);
  const calls = await Promise.allSettled([
    store.claim({ workerId: "w1", claimNonce: 1, leaseMs: 15_000, limit: 1, tasks }),
    store.commit(runs),
    store.enqueue([request({ taskType: "gone" })]),
    store.maintain({ limit: 10, policy: defaultJobPolicy }),
    store.cancel(first.id),
    store.pauseGate(taskGateKey("gone"), { forMs: 1_000 }),
  ]);
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => "rejected"));
  faulty.proxy.setHalfOpen(false);
  expect(await store.commit(runs)).toMatchObject([{ status: "completed" }, { status: "completed" }]);
  for (const run of runs) await expectWrittenOnce(run);
});

test("who falls silent in the middle of a commit holds up the others for seconds only, and its run is written once", async () => {
  const target = { type: "article", id: "a1" };
  const { store: silent } = faulty.openStore({ answerTimeoutMs: 4_000 });
  const jobs: ProcessingJob[] = [];
  for (const [name] of commits) {
    await silent.enqueue([request({ taskType: name, target })]);
    jobs.push(await claimOne(silent, { tasks: [{ taskType: name, limit: 1 }] }));
  }
  const stuck = commits.slice(1).map(async ([, last, end], index) => {
    const job = jobs[index + 1];
    if (job === undefined) throw new Error("there is a job for each");
    const fallen = faulty.proxy.silenceAt("request", last);
    const sent = silent.commit([end(job)]);
    await fallen;
    return { job, sent };
  });
  const [failing, saving] = [await stuck[0], await stuck[1]];
  // The silent ones hold the job and the status of its target.
  const { store } = witness;
  for (const [index, [name]] of commits.entries()) {
    await store.enqueue([request({ taskType: name, target })]);
    const job = await claimOne(store, { tasks: [{ taskType: name, limit: 1 }] });
    expect(job.id).not.toBe(jobs[index]?.id);
    const run = ended(job, succeeded, { save: save(job) });
    expect(await store.commit([run])).toMatchObject([{ status: "completed" }]);
  }
  // Their own answer is lost with the connection; sent again, on a new one, it is written.
  expect(await failing?.sent).toMatchObject([{ status: "retry_ai" }]);
  expect(await saving?.sent).toMatchObject([{ status: "completed" }]);
  for (const { job } of [failing, saving].filter((one) => one !== undefined))
    expect(await store.listAttempts(job.id)).toHaveLength(1);
}, 120_000);

test("a claim answers with what it has taken when the connection is lost before it has asked for the rest", async () => {
  const { store } = faulty.openStore();
  const [plain, paced] = ["unpaced", "paced"];
  const limits = { requestsPerMinute: 60_000, tokensPerMinute: null, maxInFlight: null, learn: false };
  await store.putTaskGates(paced, [{ key: taskGateKey(paced), limits }]);
  await store.enqueue([request({ taskType: paced }), request({ taskType: plain })]);
  const tasks = [paced, plain].map((taskType) => ({ taskType, limit: 5 }));
  const cut = faulty.proxy.cutAt("request", "sluice_claim_unpaced");
  const { jobs, retryInMs } = await store.claim(claimRequest({ tasks }));
  await cut;
  expect(jobs.map(({ taskType }) => taskType)).toEqual([paced]);
  expect(retryInMs).toBe(5);
  const rest = await store.claim(claimRequest({ tasks }));
  expect(rest.jobs.map(({ taskType }) => taskType)).toEqual([plain]);
});

test("trouble with the plain successes of a commit is not that of the other runs", async () => {
  const { store } = faulty.openStore({ answerTimeoutMs: 1_000 });
  const [held, free] = [await enqueueAndClaim(store, "held"), await enqueueAndClaim(store, "free")];
  const runs = [ended(held, succeeded), ended(free, failed)];
  await witness.db.transaction(async (tx) => {
    await tx.execute(sql`select from sluice.jobs where id = ${held.id} for update`);
    await expect(store.commit(runs)).rejects.toThrow();
    expect(await witness.store.listAttempts(free.id)).toHaveLength(1);
  });
  expect(await store.commit(runs)).toMatchObject([{ status: "completed" }, { status: "retry_ai" }]);
  for (const { job } of runs) expect(await witness.store.listAttempts(job.id)).toHaveLength(1);
});
