import { defaultJobPolicy, taskGateKey } from "@sluice/core";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { migrated, openNodePostgres, openRealDatabase } from "./databases.js";
import { claimOne, ended, failure, request, type Store, succeeded, worker } from "./sample-jobs.js";

const drivers = [
  ["postgres.js", openRealDatabase],
  ["node-postgres", openNodePostgres],
] as const;

/** A bit of everything that the store says to a database. */
async function useStore(store: Store): Promise<void> {
  await store.putTaskGates("translate", []);
  await store.putWorker(worker());
  await store.enqueue([request(), request()]);
  await store.enqueue([request()]);
  const [first, second] = [await claimOne(store), await claimOne(store)];
  await store.renew({ worker: worker(), leaseMs: 15_000, fences: [] });
  const outcome = { type: "transient", waitMs: null, failure } as const;
  expect(await store.commit([ended(first, succeeded), ended(second, outcome)])).toMatchObject([
    { status: "completed" },
    { status: "retry_ai" },
  ]);
  const saved = ended(await claimOne(store), succeeded, { save: (tx) => tx.execute(sql`select 1`) });
  expect(await store.commit([saved])).toMatchObject([{ status: "completed" }]);
  await store.maintain({ limit: 10, policy: defaultJobPolicy });
  await store.pauseGate(taskGateKey("translate"), { forMs: 60_000 });
  await store.resumeGate(taskGateKey("translate"));
  await store.cancel(second.id);
  await store.listJobs({ limit: 10 });
}

test.each(drivers)("a store told not to prepare names no statement, over %s", async (_name, open) => {
  // One connection: statements are prepared per connection.
  const { db, close } = await migrated(open({ connections: 1 }));
  const named = () =>
    db.$count(sql`pg_prepared_statements where name like 'sluice%' or statement like '%sluice.%'`);
  await useStore(createPostgresStore({ db, prepare: false }));
  expect(await named()).toBe(0);
  await useStore(createPostgresStore({ db }));
  expect(await named()).toBeGreaterThan(10);
  await close();
});
