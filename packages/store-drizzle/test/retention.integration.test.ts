import { defaultJobPolicy, defaultUpkeepPolicy } from "@sluice/core";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { openSession } from "../src/sql/session.js";
import { defaultInstant, freezeClock } from "../src/testing/freeze-clock.js";
import { LastCounted } from "../src/upkeep/last-counted.js";
import { migrated, openRealDatabase } from "./databases.js";
import { claimOne, claimRequest, ended, request, succeeded, worker } from "./sample-jobs.js";

test("upkeep keeps as many finished jobs as the policy says", async () => {
  const { db, close } = await migrated(openRealDatabase());
  const clock = await freezeClock(db);
  const store = createPostgresStore({ db, upkeepPolicy: { keepCompletedCount: 2 } });
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) {
    await store.enqueue([request()]);
    const job = await claimOne(store);
    ids.unshift(job.id);
    await store.commit([ended(job, succeeded)]);
    await clock.advance(1);
  }
  const step = async () => (await store.maintain({ limit: 2, policy: defaultJobPolicy })).deleted;
  expect([await step(), await step(), await step()]).toEqual([2, 1, 0]);
  const { jobs } = await store.listJobs({ limit: 10 });
  expect(jobs.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  await store.close();
  await close();
});

test("a long count waits for a while, and is the rarer the more workers there are", async () => {
  const { db, close } = await migrated(openRealDatabase());
  const clock = await freezeClock(db);
  const store = createPostgresStore({ db });
  const session = openSession(db, { prepare: false });
  let passedMs = 0;
  async function complete(count: number): Promise<void> {
    await store.enqueue(Array.from({ length: count }, () => request()));
    const { jobs } = await store.claim(claimRequest({ limit: count }));
    await clock.advance(1);
    passedMs += 1;
    await store.commit(jobs.map((job) => ended(job, succeeded)));
  }
  let monotonicMs = 0;
  // Every look at this clock takes 5 ms, so every count does: alone it is good for 500.
  const options = { waitMs: 60_000, monotonicMs: () => (monotonicMs += 5) };
  const counted = new LastCounted(options);
  /** How many milliseconds ago the last job ended that is kept. */
  async function keptFor(keepCompletedCount: number, by = counted): Promise<number> {
    const { completed } = await by.keptSince(session, { ...defaultUpkeepPolicy, keepCompletedCount });
    return defaultInstant + passedMs - completed;
  }

  await complete(1_001);
  await complete(1);
  expect(await keptFor(1_001)).toBe(defaultUpkeepPolicy.keepCompletedMs - 1);
  expect(await keptFor(1_000, new LastCounted(options))).toBe(1);
  monotonicMs = 60_005;
  expect(await keptFor(1_001)).toBe(1);
  await complete(1_001);
  monotonicMs += 480;
  expect(await keptFor(1_001)).toBe(2);
  for (const id of ["w1", "w2", "w3"]) await store.putWorker(worker({ id }));
  monotonicMs += 20;
  expect(await keptFor(1_001)).toBe(0);
  await complete(1_001);
  monotonicMs += 1_480;
  expect(await keptFor(1_001)).toBe(1);
  monotonicMs += 20;
  expect(await keptFor(1_001)).toBe(0);
  await store.close();
  await close();
});
