import { startPostgres } from "@sluice/testkit/postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { waitUntilIdle } from "../src/service/wait-until-idle.js";
import { type ServedApp, serveApp } from "./serve-app.js";

// A server of its own, which may be stopped.
const server = await startPostgres();
let served: ServedApp;
beforeAll(async () => {
  const { url } = await server.createDatabase();
  served = await serveApp({ env: { DATABASE_URL: url } });
});
afterAll(async () => {
  await served.close();
  await server.stop();
});

const job = { taskType: "generate_topics", target: { type: "conversation", id: "tea" } };

test("while Postgres is away, the admin API answers 503 and says so, and it serves again when Postgres is back", async () => {
  expect((await served.post("/api/v1/jobs", job)).status).toBe(201);
  await server.halt();
  let looks = 0;
  const { store, jobs } = served.app;
  const idle = waitUntilIdle({
    jobs,
    store: {
      ...store,
      countJobs: (query) => {
        looks += 1;
        return store.countJobs(query);
      },
    },
    worker: served.worker,
    taskTypes: [job.taskType],
    signal: new AbortController().signal,
  });
  const answers = await Promise.all([
    served.get("/api/v1/jobs"),
    served.get("/api/v1/status"),
    served.get("/api/v1/gates"),
    served.get("/api/v1/costs"),
    served.post("/api/v1/jobs", job),
    served.post("/api/v1/gates/task:generate_topics/pause"),
  ]);
  const error = { code: "unavailable", field: null, message: "the database cannot be reached" };
  expect(answers.map(({ status, json }) => [status, json])).toEqual(answers.map(() => [503, { error }]));
  expect((await served.get("/healthz")).status).toBe(200);
  expect((await served.get("/readyz")).json.reasons).toContain("the database cannot be reached");

  // Who waits until nothing is left to do waits for that, too: it looks again.
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1), { timeout: 50_000 });
  await server.resume();
  await vi.waitFor(async () => expect((await served.get("/api/v1/jobs")).status).toBe(200), {
    timeout: 50_000,
  });
  expect((await served.get("/api/v1/jobs")).json.jobs).toMatchObject([{ target: job.target }]);
  const { json } = await served.post("/api/v1/jobs", job);

  for (const { id } of [json, ...(await served.get("/api/v1/jobs")).json.jobs])
    await served.post(`/api/v1/jobs/${id}/cancel`);
  expect(await idle).toEqual([]);
});
