import { once } from "node:events";
import { Worker as Thread } from "node:worker_threads";
import { defineTask, handle } from "@sluice/core";
import { createWorker } from "@sluice/runner";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { migrate } from "../src/migrate.js";
import { openRealDatabase } from "./databases.js";
import { request } from "./sample-jobs.js";

interface Said {
  readonly type: string;
  readonly taskType?: string;
  readonly reason?: string;
  readonly by?: string;
}

const database = await openRealDatabase();
await migrate(database.db);
const store = createPostgresStore(database);
afterAll(async () => {
  await store.close();
  await database.close();
});

test("an event loop that is blocked for longer than a lease is noticed, its handlers are told, and its results refused", async () => {
  const taskTypes = ["bystander", "blocker"];
  const made = await store.enqueue(taskTypes.map((taskType) => request({ taskType })));
  const mayGoOn = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Thread(new URL("./fixtures/blocked-worker.mjs", import.meta.url), {
    workerData: { url: database.url, leaseMs: 1_000, mayGoOn },
    execArgv: [],
  });
  const isOver = once(thread, "exit");
  onTestFinished(async () => void (await thread.terminate()));
  const said: Said[] = [];
  thread.on("message", (message: Said) => said.push(message));
  const hear = (expected: Said) =>
    vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining(expected)), { timeout: 20_000 });
  await hear({ type: "blocking" });

  const other = createWorker({
    store,
    handlers: taskTypes.map((type) => handle(defineTask({ type }), { run: () => ({ result: "in time" }) })),
  });
  await other.start();
  const jobsAre = (expected: object) =>
    vi.waitFor(
      async () => {
        for (const { id } of made) expect(await store.getJob(id)).toMatchObject(expected);
      },
      { timeout: 20_000 },
    );
  await jobsAre({ status: "completed", result: "in time", attempts: 2 });
  Atomics.store(mayGoOn, 0, 1);

  await hear({ type: "stalled" });
  await hear({ type: "fenced-off", taskType: "blocker" });
  await hear({ type: "run-aborted", taskType: "bystander", reason: "lease-lost" });
  await hear({ type: "told", by: "lease-lost" });
  thread.postMessage("stop");
  await Promise.all([isOver, other.stop()]);

  await jobsAre({ status: "completed", result: "in time", attempts: 2 });
  for (const { id } of made)
    expect((await store.listAttempts(id)).map(({ outcome }) => outcome)).toEqual(["lease_lost", "succeeded"]);
});
