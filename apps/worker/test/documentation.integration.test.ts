import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedApp, serveApp } from "./serve-app.js";

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp();
});
afterAll(() => served.close());

const readDocs = (name: string) => readFile(join(import.meta.dirname, "../../../docs", name), "utf8");

test("every metric that an alert asks for is one that /metrics has, with the labels that it asks for", async () => {
  const queries = [...(await readDocs("operations.md")).matchAll(/```promql\n([\s\S]*?)```/g)].map(
    ([, text]) => text,
  );
  const asked = new Set(
    queries.flatMap((text) =>
      [...(text ?? "").matchAll(/\b(?:sluice|nodejs)_[a-z0-9_]+/g)].map(([name]) => name),
    ),
  );
  const { text } = await served.get("/metrics");
  const told = new Set([...text.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name));
  expect(asked.size).toBeGreaterThan(10);
  expect([...asked].filter((name) => !told.has(name) && !told.has(name.replace(/_bucket$/, "")))).toEqual([]);
});

test("every request of the admin API that is documented is one that it knows", async () => {
  const table = await readDocs("operations.md");
  const documented = [...table.matchAll(/`(GET|POST) (\/api\/v1\/[^\s`]+)`/g)];
  expect(documented.length).toBeGreaterThan(8);
  for (const [, method, path = ""] of documented) {
    const url = path.replace("<id>", "x").replace("<key>", "x").replace("<type>", "x");
    const { status, json } = method === "GET" ? await served.get(url) : await served.post(url);
    // Known, though perhaps not with such an id.
    expect([url, status, json?.error?.message]).not.toEqual([url, 404, "there is nothing here"]);
    expect([url, status]).not.toEqual([url, 405]);
  }
});

test("the waiting rows of the old table become jobs, once each", async () => {
  const page = await readDocs("coming-from-background-job-manager.md");
  const [, select] = /--command "\n([\s\S]*?)" >/.exec(page) ?? [];
  const { db } = served.app;
  await db.execute(sql`create table old_jobs (
    id uuid default gen_random_uuid(), task_type text, target_type text, target_id text, payload jsonb, status text,
    created_at timestamptz default now())`);
  await db.execute(sql`insert into old_jobs (task_type, target_type, target_id, payload, status) values
    ('generate_topics', 'conversation', 'c1', '{}', 'rate_limited'),
    ('enrich_entity_summary_keywords', 'code_entity', 'e1', '{"thinkingBudgetOverride": 100}', 'retry_ai'),
    ('generate_topics', 'conversation', 'c2', '{}', 'completed')`);
  const rows = await db.select({ job: sql<object>`job` }).from(sql.raw(`(${select}) as shown (job)`));
  const send = () => Promise.all(rows.map(({ job }) => served.post("/api/v1/jobs", job)));
  expect((await send()).map(({ status }) => status)).toEqual([201, 201]);
  expect((await send()).map(({ json }) => json.outcome)).toEqual(["kept", "kept"]);
});
