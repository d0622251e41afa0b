import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type RunningExample, startExample } from "./run-example.js";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let api: RunningExample;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = startExample("hono-api/main.js", { env: { DATABASE_URL: database.url, PORT: "0" } });
  [, url = ""] = await api.waitFor(/listening on (\S+)/);
});
afterAll(async () => {
  api.terminate();
  await api.ended;
  await database.drop();
});

const post = (body: string) => fetch(`${url}/articles`, { method: "POST", body });

test("an article that is posted is stored and worked on", async () => {
  const posted = await post(JSON.stringify({ id: "hamlet", text: "to be or not to be" }));
  expect(posted.status).toBe(202);
  const { jobId } = z.object({ jobId: z.uuid() }).parse(await posted.json());
  const result = await fetch(`${url}/jobs/${jobId}/result`);
  expect(await result.json()).toEqual({ status: "completed" });
  const article = await fetch(`${url}/articles/hamlet`);
  expect(await article.json()).toEqual({ id: "hamlet", text: "to be or not to be", words: 6 });
});

test("an article that cannot be stored makes no job", async () => {
  expect((await post(JSON.stringify({ id: "lear", text: "nothing" }))).status).toBe(202);
  expect((await post(JSON.stringify({ id: "lear", text: "will come of nothing" }))).status).toBe(409);
  expect((await post("{")).status).toBe(400);
  const sql = postgres(database.url);
  const rows =
    await sql`select count(*)::int as jobs from sluice.all_jobs where payload ->> 'articleId' = 'lear'`;
  await sql.end();
  expect(rows).toEqual([{ jobs: 1 }]);
});

test("what is not there is not found", async () => {
  expect((await fetch(`${url}/articles/macbeth`)).status).toBe(404);
  expect((await fetch(`${url}/jobs/01890a5d-ac96-774b-bcce-b302099a8057/result`)).status).toBe(404);
});
