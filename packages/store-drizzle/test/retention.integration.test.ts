import { defaultJobPolicy } from "@sluice/core";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import { migrated, openRealDatabase } from "./databases.js";
import { claimOne, ended, request, succeeded } from "./sample-jobs.js";

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
