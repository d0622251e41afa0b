import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { migrate } from "../src/migrate.js";

const statements: string[] = [];
const database = await createTestDatabase();
const client = postgres(database.url, {
  max: 1,
  onnotice: () => undefined,
  debug: (_connection, query) => void statements.push(query),
});
const db = drizzle(client);
const store = createPostgresStore({ db });

beforeAll(() => migrate(db));
afterAll(async () => {
  await store.close();
  await client.end();
  await database.drop();
});

const idle = {
  id: "w1",
  taskTypes: ["a", "b"],
  concurrency: 10,
  running: 0,
  liveForMs: 30_000,
  seenAt: null,
};
const request = {
  workerId: "w1",
  claimNonce: 1,
  leaseMs: 15_000,
  limit: 10,
  tasks: [
    { taskType: "a", limit: 10 },
    { taskType: "b", limit: 10 },
  ],
};

test("an idle worker's poll is one statement, its sign of life included", async () => {
  await store.claim({ ...request, idle });
  statements.splice(0);
  expect(await store.claim({ ...request, idle })).toEqual({ jobs: [], retryInMs: null, upkeepInMs: null });
  expect(statements).toHaveLength(1);
  expect((await store.listWorkers()).map(({ id }) => id)).toEqual(["w1"]);
});
