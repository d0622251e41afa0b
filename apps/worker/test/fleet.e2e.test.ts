import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { type SQL, sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { composeApp } from "../src/compose.js";
import { readConfig } from "../src/config/config.js";
import { openConfiguredDatabase } from "../src/database/open-database.js";
import { type Ended, makeFolder, runSluice, startSluice } from "./run-sluice.js";
import { startQuotaProvider } from "./start-quota-provider.js";

const key = "sk-proj-0123456789abcdefTHEKEY";
/** Stands in every document: what is sent to the provider, and must be nowhere but in the targets themselves. */
const marker = "marmalade-of-the-archbishop";
const documents = 24;
const poisoned = "doc-07.md";

const database = await createTestDatabase();
const provider = await startQuotaProvider({ poisoned, key });
const home = await makeFolder();
const project = await makeFolder(
  Object.fromEntries(
    Array.from({ length: documents }, (_, index) => {
      const name = `doc-${String(index).padStart(2, "0")}.md`;
      return [name, `# ${name}\n\nThe ${marker} of ${name} keeps the jobs of the queue in order.\n`];
    }),
  ),
);
afterAll(async () => {
  await provider.stop();
  await database.drop();
  await home.remove();
  await project.remove();
});

const env = {
  DATABASE_URL: database.url,
  AI_MODEL: "openai-compatible:test",
  OPENAI_COMPATIBLE_BASE_URL: `${provider.url}/v1`,
  OPENAI_COMPATIBLE_API_KEY: key,
  AI_JOB_CONCURRENCY: "3",
  POLLING_INTERVAL_MS: "200",
  LOG_LEVEL: "debug",
};
const outputs: Ended[] = [];

async function sluice(...args: string[]): Promise<Ended> {
  const ended = await runSluice(args, { cwd: home.path, env });
  outputs.push(ended);
  return ended;
}

async function sluiceJson(...args: string[]) {
  const { status, stdout, stderr } = await sluice(...args, "--json");
  if (status !== 0) throw new Error(`${args.join(" ")} exited with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

test("a fleet behind a quota completes every job once, through closings, a drain in the middle and a retry", async () => {
  const [report] = await sluiceJson("ingest", project.path);
  expect(report).toMatchObject({ jobs: documents });

  const first = startSluice(["worker"], { cwd: home.path, env });
  const second = startSluice(["worker", "--until-idle"], { cwd: home.path, env });
  await Promise.all([first.said(/"runs jobs"/), second.said(/"runs jobs"/)]);
  await Promise.any([first.said(/"gate closes"/), second.said(/"gate closes"/)]);

  const closed = (await sluiceJson("status")).gates.filter(({ open }: { open: boolean }) => !open);
  expect(closed).toMatchObject([{ reason: "rate_limited", closedUntil: expect.any(String) }]);
  await provider.become("answers-but-one");
  expect(await sluiceJson("gates", "open", closed[0].key)).toMatchObject({ open: true });
  first.kill("SIGTERM");
  const drained = await first.ended;
  expect(drained.status).toBe(0);
  const rest = await second.ended;
  expect(rest.status).toBe(0);
  outputs.push(drained, rest);

  const failed = await sluiceJson("jobs", "--status", "failed_ai");
  expect(failed).toMatchObject([{ target: { id: poisoned }, attempts: 1 }]);
  await provider.become("answers");
  expect(await sluiceJson("retry", "--status", "failed_ai", "--yes")).toEqual({ done: 1, notDone: [] });
  outputs.push(await runSluice(["worker", "--until-idle"], { cwd: home.path, env }));

  const { jobs, gates, workers } = await sluiceJson("status");
  expect(jobs).toEqual({ completed: documents });
  expect(gates.every(({ open }: { open: boolean }) => open)).toBe(true);
  expect(workers).toEqual([]);
  const { answered, refusals } = await provider.become("answers");
  expect(Object.values(answered)).toEqual(Array.from({ length: documents }, () => 1));
  expect(refusals).toBeGreaterThan(0);
}, 300_000);

test("the ledger has one success per job, and a deferral for each refusal, without an attempt used", async () => {
  const config = readConfig(env);
  const open = await openConfiguredDatabase(config);
  const app = composeApp(config, open, () => undefined);
  const { jobs } = await app.store.listJobs({ limit: 1_000 });
  const ledger = (await Promise.all(jobs.map(({ id }) => app.store.listAttempts(id)))).flat();
  const count = (outcome: string) => ledger.filter((attempt) => attempt.outcome === outcome).length;
  expect(count("succeeded")).toBe(documents);
  expect(count("permanent")).toBe(1);
  expect(count("rate_limited")).toBe((await provider.become("answers")).refusals);
  expect(jobs.every(({ attempts }) => attempts === 1)).toBe(true);
  const targets = await app.targets.list();
  expect(targets.every(({ isCurrent }) => isCurrent)).toBe(true);
  await app.close();
  await open.close();
});

test("neither the key nor the prompt is in any output, at level debug and in errors that echo them", async () => {
  const { prompts } = await provider.become("answers");
  expect(prompts.length).toBeGreaterThanOrEqual(documents);
  const said = outputs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(said).toContain("job failed");
  expect(said).toContain("gate closes");
  expect(said).not.toContain("THEKEY");
  expect(said).not.toContain(marker);
  for (const prompt of prompts) expect(said).not.toContain(prompt.slice(0, 60));
});

test("neither is in the database, but for the text of the targets themselves", async () => {
  const { prompts } = await provider.become("answers");
  const open = await openConfiguredDatabase(readConfig(env));
  const rowsOf = async (query: SQL) => answerRows.parse(await open.db.execute(query));
  const tables = await rowsOf(
    sql`select format('%I.%I', table_schema, table_name) as value from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(5);
  for (const table of tables) {
    const text = (await rowsOf(sql.raw(`select t::text as value from ${table} t`))).join("\n");
    expect(text, table).not.toContain("THEKEY");
    if (table === "sluice.targets") continue;
    expect(text, table).not.toContain(marker);
    for (const prompt of prompts) expect(text, table).not.toContain(prompt.slice(0, 60));
  }
  await open.close();
});

// One driver answers an array, the other an object with one.
const rows = z.array(z.object({ value: z.string() }).transform(({ value }) => value));
const answerRows = z.union([rows, z.object({ rows }).transform((answer) => answer.rows)]);
