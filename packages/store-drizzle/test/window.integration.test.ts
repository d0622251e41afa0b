import { type GateKey, noLimits, type ProcessingJob } from "@sluice/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { migrated, openRealDatabase } from "./databases.js";
import { claimRequest, ended, request, type Store, succeeded } from "./sample-jobs.js";

const gate = "model:acme:main:mt-2" as GateKey;
const maxInFlight = 5;

let database: Awaited<ReturnType<typeof openRealDatabase>>;
let stores: readonly Store[];
beforeAll(async () => {
  database = await migrated(openRealDatabase({ connections: 12 }));
  // As many processes would: each knows only what it has read itself.
  stores = Array.from({ length: 3 }, () => createPostgresStore({ db: database.db }));
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await database.close();
});

/** At any instant, the runs that had been claimed and had not ended: a run that ended within the same millisecond made room. */
function mostAtOnce(runs: readonly { readonly claimedAt: number; readonly endedAt: number }[]): number {
  const changes = runs.flatMap(({ claimedAt, endedAt }) => [
    { at: claimedAt, by: 1 },
    { at: endedAt, by: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { by } of changes.sort((one, other) => one.at - other.at || one.by - other.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

test("however many claim at the same time, never more run through a gate than its window lets, and the window is used", async () => {
  const [store] = stores;
  if (store === undefined) throw new Error("there are three stores");
  // Two types share the gate: the window is the gate's, not a type's.
  for (const taskType of ["one", "other"])
    await store.putTaskGates(taskType, [{ key: gate, limits: { ...noLimits, maxInFlight } }]);
  const requests = Array.from({ length: 80 }, (_, index) =>
    request({ taskType: index % 2 ? "one" : "other" }),
  );
  await store.enqueue(requests);
  let held = 0;
  let left = requests.length;

  async function work(own: Store, index: number): Promise<void> {
    while (left > 0) {
      const tasks = ["one", "other"].map((taskType) => ({ taskType, limit: 3 }));
      const { jobs } = await own.claim(claimRequest({ workerId: `w${index}`, limit: 3, tasks }));
      held += jobs.length;
      expect(held).toBeLessThanOrEqual(maxInFlight);
      await own.now();
      await end(own, jobs);
    }
  }

  async function end(own: Store, jobs: readonly ProcessingJob[]): Promise<void> {
    held -= jobs.length;
    const answers = await own.commit(jobs.map((job) => ended(job, succeeded, { gates: [gate] })));
    left -= answers.filter(({ type }) => type === "committed").length;
  }

  await Promise.all(Array.from({ length: 10 }, (_, index) => work(stores[index % 3] ?? store, index)));
  const runs = (await Promise.all(requests.map(({ id }) => store.listAttempts(id)))).flat();
  expect(runs).toHaveLength(requests.length);
  expect(mostAtOnce(runs)).toBe(maxInFlight);
}, 120_000);
