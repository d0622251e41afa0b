// Built code in a process of its own: a worker that is stopped in the middle of two transactions. Whoever lets it go on hears what
// came of them. One has locked its job, its target's status and a gate, and is about to commit; the other is in its `save`.
import { defaultJobPolicy, taskGateKey } from "@sluice/core";
import { createPostgresStore } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";

const pool = createPool(process.argv[2], { maxConnections: 5 });
const store = createPostgresStore({ db: drizzle(pool), saveTimeoutMs: 2_000 });

const reached = Promise.withResolvers();
const goesOn = Promise.withResolvers();
pool.on("connect", (client) => {
  const ask = client.query;
  client.query = (...request) => {
    if (request[0]?.text !== "commit") return ask(...request);
    reached.resolve();
    return goesOn.promise.then(() => ask(...request));
  };
});

async function claim(taskType) {
  const tasks = [{ taskType, limit: 1 }];
  const request = { workerId: "stopped", claimNonce: 1, leaseMs: 500, limit: 1, tasks };
  return (await store.claim(request)).jobs[0];
}

/** As a worker does: once more, when the answer was lost. */
function commit(job, outcome, save) {
  const gate = taskGateKey(job.taskType);
  const run = { job, outcome, elapsedMs: 5, jitter: 0.5, policy: defaultJobPolicy, gates: [gate] };
  const send = () =>
    store.commit([{ ...run, defaultGate: gate, usage: null, asked: true, told: null, save }]);
  return send().catch(send);
}

async function saveAndStop(tx, job) {
  await tx.execute(sql`insert into saved values (${job.id}, ${job.leaseNo})`);
  await tx.execute(sql`update shared set touched = touched + 1`);
  await new Promise((resolve) => process.stdout.write("holding\n", resolve));
  process.kill(process.pid, "SIGSTOP");
  goesOn.resolve();
}

const [refused, saved] = [await claim("refused"), await claim("saved")];
const failure = { name: "Error", code: "refused", message: "not now" };
const refusal = { type: "rate_limited", scope: "minute", waitMs: 1_000, failure };
const ends = [commit(refused, { ...refusal, gateKey: taskGateKey("refused") }, null)];
await reached.promise;
ends.push(commit(saved, { type: "succeeded", result: null }, (tx) => saveAndStop(tx, saved)));
process.stdout.write(`${JSON.stringify((await Promise.all(ends)).flat())}\n`);
process.exit(0);
