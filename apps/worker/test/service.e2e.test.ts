import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, runSluice, smallProject, smallProjectTargets } from "./run-sluice.js";

let home: Awaited<ReturnType<typeof makeFolder>>;
let project: Awaited<ReturnType<typeof makeFolder>>;
let other: Awaited<ReturnType<typeof makeFolder>>;
let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  home = await makeFolder();
  project = await makeFolder(smallProject);
  other = await makeFolder({
    "README.md": "# Mill\n\nMill grinds.\n",
    "run.ts": "export function run() {}\n",
  });
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await home.remove();
  await project.remove();
  await other.remove();
});

const environment = () => ({
  DATABASE_URL: database.url,
  AI_MODEL: "embedded:extractive",
  AI_JOB_CONCURRENCY: "4",
});

async function sluice(...args: string[]) {
  const ended = await runSluice(args, { cwd: home.path, env: environment() });
  if (ended.status !== 0) throw new Error(`${args.join(" ")} exited with ${ended.status}: ${ended.stderr}`);
  return ended;
}

test("what was ingested is worked off by two workers at once, each job once; unchanged targets cost no second job", async () => {
  const [report] = JSON.parse((await sluice("ingest", project.path, "--json")).stdout);
  expect(report).toMatchObject({ jobs: smallProjectTargets, waiting: 0, unchanged: 0, vanished: 0 });
  const both = [project.path, other.path];
  const [waiting, others] = JSON.parse((await sluice("ingest", ...both, "--json")).stdout);
  expect(waiting).toMatchObject({ jobs: 0, waiting: smallProjectTargets, unchanged: 0 });
  // Neither takes the file from the other that has its name, time and again.
  expect(others).toMatchObject({
    jobs: 1,
    problems: [expect.stringMatching(/^project_document README\.md was left out: .* has one .*--prefix/)],
  });
  await Promise.all([sluice("worker", "--until-idle"), sluice("worker", "--until-idle")]);

  const { jobs, gates, workers } = JSON.parse((await sluice("status", "--json")).stdout);
  expect(jobs).toEqual({ completed: smallProjectTargets + 1 });
  expect(workers).toEqual([]);
  expect(gates.map(({ open }: { open: boolean }) => open)).not.toContain(false);
  const listed = JSON.parse((await sluice("jobs", "--json", "--limit", "100")).stdout);
  expect(listed.map(({ attempts }: { attempts: number }) => attempts)).toEqual(listed.map(() => 1));

  await rm(join(project.path, "tools/measure.py"));
  const [again] = JSON.parse((await sluice("ingest", project.path, "--json")).stdout);
  expect(again).toMatchObject({ jobs: 0, waiting: 0, unchanged: smallProjectTargets - 1, vanished: 1 });
}, 120_000);

test("a job enqueued by hand runs, and an unknown target fails it with a clear reason", async () => {
  const enqueued = await sluice(
    "enqueue",
    "enrich_entity_summary_keywords",
    "--target",
    "project_document:nowhere.md",
    "--json",
  );
  const { id } = JSON.parse(enqueued.stdout);
  await sluice("worker", "--until-idle");
  const job = JSON.parse((await sluice("job", id, "--json")).stdout);
  expect(job).toMatchObject({ status: "failed_ai", attempts: 1, lastFailure: { code: "target_gone" } });
}, 60_000);

test("a worker that is told to stop ends with 0 and is not known any more", async () => {
  const env = environment();
  const ended = await runSluice(["worker"], { cwd: home.path, env, terminateWhen: /worker started/ });
  expect(ended.status).toBe(0);
  expect(JSON.parse((await sluice("status", "--json")).stdout).workers).toEqual([]);
}, 60_000);

test("a model that cannot be used is told before anything is opened", async () => {
  const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing", AI_MODEL: "openai:gpt-5-mini" };
  const { status, stderr } = await runSluice(["worker"], { cwd: home.path, env });
  expect(stderr).toContain("OPENAI_API_KEY");
  expect(status).toBe(2);
}, 60_000);
