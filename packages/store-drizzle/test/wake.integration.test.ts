import { type GateKey, taskGateKey, type Wake } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import type { ListenSource } from "../src/wake/listen-source.js";
import { databases, migrated, type OpenDatabase, openMigratedPglite, openRealDatabase } from "./databases.js";
import { claimOne, keyed, request, type Store } from "./sample-jobs.js";

/** Collects wake-ups, and answers a promise for the first that fits. */
function collect() {
  const heard: Wake[] = [];
  const waiting = new Set<() => void>();
  return {
    heard,
    onWake: (wake: Wake) => {
      heard.push(wake);
      for (const check of waiting) check();
    },
    first: (fits: (wake: Wake) => boolean) =>
      new Promise<Wake>((resolve) => {
        const check = () => {
          const found = heard.find(fits);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

function names(taskType: string) {
  return (wake: Wake) => wake.type === "jobs" && wake.taskTypes.includes(taskType);
}

function isAbout(key: GateKey) {
  return (wake: Wake) => wake.type === "gate" && wake.key === key;
}

describe.each(databases)("%s", (_name, open) => {
  let database: OpenDatabase;
  let store: Store;
  let other: Store;
  beforeAll(async () => {
    database = await open();
    store = createPostgresStore({ db: database.db, listen: database.listen });
    other = createPostgresStore({ db: database.db });
  });
  afterAll(async () => {
    await store.close();
    await other.close();
    await database.close();
  });

  test("what one store does wakes the listeners of another", async () => {
    const { onWake, first } = collect();
    const stop = await store.listen(onWake);
    await other.enqueue([request({ taskType: "woken" })]);
    await first(names("woken"));
    const job = await claimOne(other, { tasks: [{ taskType: "woken", limit: 1 }] });
    await other.cancel(job.id);
    expect(await first(({ type }) => type === "cancel")).toEqual({
      type: "cancel",
      workerId: "w1",
      jobId: job.id,
    });
    await other.pauseGate(taskGateKey("woken"), { forMs: null });
    await first(isAbout(taskGateKey("woken")));
    await stop();
  });

  test("many jobs at once wake at the beginning and at the end, not each", async () => {
    const { onWake, first, heard } = collect();
    const stop = await store.listen(onWake);
    await Promise.all(Array.from({ length: 50 }, () => other.enqueue([request({ taskType: "burst" })])));
    await other.close();
    await other.enqueue([request({ taskType: "last" })]);
    await first(names("last"));
    const bursts = heard.filter(names("burst")).length;
    expect(bursts).toBeGreaterThan(0);
    expect(bursts).toBeLessThan(20);
    await stop();
  });

  test("nobody is woken from inside the app's transaction", async () => {
    const { onWake, first, heard } = collect();
    const stop = await store.listen(onWake);
    await database.db.transaction((tx) => other.enqueue([request({ taskType: "inside" })], { tx }));
    await other.enqueue([request({ taskType: "outside" })]);
    await first(names("outside"));
    expect(heard.some(names("inside"))).toBe(false);
    await stop();
  });

  test("who has stopped listening hears nothing more", async () => {
    const [stopped, going] = [collect(), collect()];
    await (await store.listen(stopped.onWake))();
    const stop = await store.listen(going.onWake);
    await other.enqueue([request({ taskType: "heard" })]);
    await going.first(names("heard"));
    expect(stopped.heard).toEqual([]);
    await stop();
  });

  test("without a way to listen a store hears what it does itself", async () => {
    const { onWake, first } = collect();
    const stop = await other.listen(onWake);
    await other.enqueue([request({ taskType: "own", ...keyed("own") })]);
    await first(names("own"));
    await stop();
  });
});

test("a listener whose connection is cut listens again, and thinks that it has missed something", async () => {
  const { db, listen, close } = await migrated(openRealDatabase());
  const store = createPostgresStore({ db, listen });
  await store.putTaskGates("missed", []);
  const { onWake, first } = collect();
  await store.listen(onWake);
  await db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice listener'`,
  );
  await first(names("missed"));
  await store.enqueue([request({ taskType: "afterwards" })]);
  await first(names("afterwards"));
  await store.close();
  await close();
});

test("a store that could not listen once listens the next time, and closes", async () => {
  const { db, client, close } = await openMigratedPglite();
  let isAway = true;
  const listen: ListenSource["listen"] = async (channel, onText) => {
    if (isAway) throw new Error("the database is away");
    return client.listen(channel, onText);
  };
  const store = createPostgresStore({ db, listen: { listen } });
  const [deaf, going] = [collect(), collect()];
  await expect(store.listen(deaf.onWake)).rejects.toThrow("away");
  isAway = false;
  await store.listen(going.onWake);
  await store.enqueue([request({ taskType: "at-last" })]);
  await going.first(names("at-last"));
  expect(deaf.heard).toEqual([]);
  await store.close();
  await close();
});

test("a store that could not listen closes all the same", async () => {
  const { db, close } = await migrated(openRealDatabase());
  const store = createPostgresStore({ db, listen: "postgres://nobody@127.0.0.1:1/nowhere" });
  await expect(store.listen(() => undefined)).rejects.toThrow();
  await store.close();
  await close();
});
