import { defaultJobPolicy } from "@sluice/core";
import { expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import { databases } from "./databases.js";

const dayMs = 24 * 3_600_000;

test.each(databases)(
  "%s: workers that have been silent for a day are forgotten, no more at once than upkeep may",
  async (_name, open) => {
    const { db, close } = await open();
    const clock = await freezeClock(db);
    const store = createPostgresStore({ db });
    const put = (id: string) =>
      store.putWorker({ id, taskTypes: [], concurrency: 1, running: 0, liveForMs: 30_000, seenAt: null });
    const left = async (limit: number) => {
      await store.maintain({ limit, policy: defaultJobPolicy });
      return (await store.listWorkers()).map(({ id }) => id);
    };
    await put("oldest");
    await clock.advance(1_000);
    await put("old");
    await clock.advance(1_000);
    await put("living");
    await clock.advance(dayMs - 2_001);
    expect(await left(10)).toEqual(["living", "old", "oldest"]);
    await put("living");
    await clock.advance(1_001);
    expect(await left(1)).toEqual(["living", "old"]);
    expect(await left(1)).toEqual(["living"]);
    await store.close();
    await close();
  },
);
