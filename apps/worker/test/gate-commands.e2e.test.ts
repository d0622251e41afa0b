import { BlockedError, defineTask, handle } from "@sluice/core";
import { createJobs, createWorker } from "@sluice/runner";
import { createPostgresStore } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, runSluice } from "./run-sluice.js";

// What operators do to gates, with one that a provider's answer has really closed.

const model = "model:acme:0123456789ab:mt-2";
const database = await createTestDatabase();
const home = await makeFolder({ ".env": "AI_MODEL=embedded:extractive\n" });
afterAll(async () => {
  await database.drop();
  await home.remove();
});

const run = (...args: string[]) => runSluice(args, { cwd: home.path, env: { DATABASE_URL: database.url } });

/** Answers what stands in JSON on standard output, where nothing else may. */
async function json(...args: string[]) {
  const { status, stdout, stderr } = await run(...args, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  await run("migrate");
});

test("where no worker has been there are no gates, and a list for scripts is empty", async () => {
  expect((await run("gates")).stdout).toBe("no gates: no worker has been here yet\n");
  expect(await json("gates")).toEqual([]);
});

test.each(["gates open", "pause", "resume"])(
  "%s refuses a gate that nothing passes, and lists those there are",
  async (command) => {
    const unknown = await run(...command.split(" "), "generate_topic");
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain("there is no task or gate generate_topic; there are:\n");
    expect(unknown.stderr).toContain("task:generate_topics\n");
    expect(await json("gates")).toEqual([]);
    const wrong = await run(...command.split(" "), "model:acme");
    expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
    expect((await run(...command.split(" "))).status).toBe(2);
  },
);

test("a gate that a provider has closed is shown with the reason, stays closed on resume, and is opened by open", async () => {
  await closeGate();
  const shown = {
    key: model,
    open: false,
    state: "closed",
    closedUntil: expect.any(String),
    reason: "blocked_quota_exhausted",
  };
  expect(await json("gates")).toContainEqual({ ...shown, pausedUntil: null });
  expect((await run("gates")).stdout).toMatch(
    /^model:acme:0123456789ab:mt-2\tclosed\t\d{4}-.*Z\tblocked_quota_exhausted$/m,
  );
  expect(await json("resume", model)).toMatchObject(shown);

  expect(await json("gates", "open", model)).toMatchObject({ open: true, closedUntil: null });
  expect(await json("gates", "open", model)).toMatchObject({ open: true });
  expect(await json("status")).toMatchObject({
    gates: expect.arrayContaining([expect.objectContaining({ key: model, open: true })]),
  });
});

test("a pause and a closing are two things: each is ended by its own command, in any order", async () => {
  await closeGate();
  expect(await json("pause", model, "--for", "2h")).toMatchObject({
    state: "paused",
    pausedUntil: expect.any(String),
  });
  expect(await json("gates", "open", model)).toMatchObject({ state: "paused", closedUntil: null });
  expect(await json("resume", model)).toMatchObject({ open: true, pausedUntil: null });
  expect(await json("resume", model)).toMatchObject({ open: true });
});

/** A worker of another app calls a provider that wants to be paid. */
async function closeGate(): Promise<void> {
  const task = defineTask({ type: "translate" });
  const pool = createPool(database.url, { maxConnections: 4 });
  const store = createPostgresStore({ db: drizzle(pool) });
  const handler = handle(task, {
    gates: [{ key: model }],
    run: () => {
      throw new BlockedError("quota_exhausted", "the credit is spent");
    },
  });
  const worker = createWorker({ store, handlers: [handler], concurrency: 1, pollIntervalMs: 20 });
  const closed = new Promise<void>((resolve) => {
    worker.on("committed", ({ outcome }) => outcome === "blocked" && resolve());
  });
  await createJobs({ store }).enqueue(task, {});
  await worker.start();
  await closed;
  await worker.stop();
  await store.close();
  await pool.end();
}
