import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { startFaultServer } from "@sluice/testkit/provider";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, runSluice, startSluice } from "./run-sluice.js";

// A provider that never answers: jobs are in the middle of their run for as long as the test wants.
const provider = await startFaultServer({ status: 0, hang: true });
const database = await createTestDatabase();
const home = await makeFolder({
  "project/README.md":
    "# Kettle\n\nKettle boils water over HTTP and keeps the temperature of several kettles.\n",
  "crash.mjs": `
process.on("SIGUSR2", () => { throw new Error("nobody catches this"); });
process.on("SIGHUP", () => void Promise.reject(new Error("nobody handles this")));
`,
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await database.drop();
  await home.remove();
});

const env = {
  DATABASE_URL: database.url,
  AI_MODEL: "openai-compatible:test",
  OPENAI_COMPATIBLE_BASE_URL: `${provider.url}/v1`,
  SHUTDOWN_GRACE_MS: "600000",
};

beforeAll(async () => {
  const { status, stderr } = await runSluice(["ingest", "project"], { cwd: home.path, env });
  if (status !== 0) throw new Error(stderr);
});

async function startBusyWorker(options: Partial<Parameters<typeof startSluice>[1]> = {}) {
  const worker = startSluice(["worker"], { cwd: home.path, env, ...options });
  await worker.said(/"job started"/);
  return worker;
}

async function onlyJob() {
  const { stdout } = await runSluice(["jobs", "--json"], { cwd: home.path, env });
  const [{ id }] = JSON.parse(stdout);
  return JSON.parse((await runSluice(["job", id, "--json"], { cwd: home.path, env })).stdout);
}

test.each([
  ["an exception that nobody catches", "SIGUSR2", "uncaughtException", "nobody catches this"],
  ["a rejection that nobody handles", "SIGHUP", "unhandledRejection", "nobody handles this"],
] as const)(
  "%s is logged, the job is given back without an attempt, and it exits with 1",
  async (_, signal, origin, message) => {
    const runsBefore = (await onlyJob()).ledger.length;
    const worker = await startBusyWorker({ nodeFlags: ["--import", join(home.path, "crash.mjs")] });
    worker.kill(signal);
    const { status, stderr } = await worker.ended;
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 50, origin, failure: expect.objectContaining({ message }) }),
    );
    expect(status).toBe(1);
    const { status: jobStatus, attempts, ledger } = await onlyJob();
    expect({ jobStatus, attempts }).toEqual({ jobStatus: "pending", attempts: 0 });
    expect(ledger).toHaveLength(runsBefore + 1);
    expect(ledger.at(-1)).toMatchObject({ outcome: "released" });
  },
  180_000,
);

test("what does not end within the grace is given back, and it exits with 0", async () => {
  const worker = await startBusyWorker({ env: { ...env, SHUTDOWN_GRACE_MS: "100" } });
  worker.kill("SIGTERM");
  expect((await worker.ended).status).toBe(0);
  expect(await onlyJob()).toMatchObject({ status: "pending", attempts: 0 });
}, 180_000);

test("a log that cannot be written changes nothing: it drains, and exits with 0", async () => {
  const asked = provider.nextRequest();
  const wrapper = ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"];
  const worker = startSluice(["worker"], {
    cwd: home.path,
    env: { ...env, SHUTDOWN_GRACE_MS: "100" },
    wrapper,
  });
  await asked;
  worker.kill("SIGTERM");
  expect(await worker.ended).toMatchObject({ status: 0 });
  expect(await onlyJob()).toMatchObject({ status: "pending", attempts: 0 });
}, 180_000);

test("a crash with a log that cannot be written gives the job back, too", async () => {
  const runsBefore = (await onlyJob()).ledger.length;
  const asked = provider.nextRequest();
  const worker = startSluice(["worker"], {
    cwd: home.path,
    env,
    wrapper: ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"],
    nodeFlags: ["--import", join(home.path, "crash.mjs")],
  });
  await asked;
  worker.kill("SIGUSR2");
  expect(await worker.ended).toMatchObject({ status: 1 });
  const { status, attempts, ledger } = await onlyJob();
  expect({ status, attempts }).toEqual({ status: "pending", attempts: 0 });
  expect(ledger).toHaveLength(runsBefore + 1);
}, 180_000);

test("calls to the database that nobody waits for any more are no trouble to be logged once it has stopped", async () => {
  const limited = `${database.url}?statement_timeout=3000`;
  const worker = await startBusyWorker({
    env: { ...env, DATABASE_URL: limited, SHUTDOWN_GRACE_MS: "100", LEASE_MS: "1000" },
  });
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const held = await sql.reserve();
  await held`begin`;
  await held`lock table sluice.jobs in access exclusive mode`;
  worker.kill("SIGTERM");
  const { stderr, status } = await worker.ended;
  await held`rollback`;
  held.release();
  await sql.end();
  expect(status).toBe(0);
  expect(stderr).toContain('"worker stopped"');
  expect(stderr.slice(stderr.indexOf('"worker stopped"'))).not.toContain("store failed");
}, 180_000);

test("as the first process of a container it obeys SIGTERM", async () => {
  const unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
  // Where containers cannot be made, the same is asked without one.
  const wrapper = spawnSync(unshare[0] ?? "", [...unshare.slice(1), "true"]).status === 0 ? unshare : [];
  const worker = await startBusyWorker({ wrapper, env: { ...env, SHUTDOWN_GRACE_MS: "100" } });
  const inner = wrapper.length === 0 ? worker.pid : onlyChildOf(worker.pid);
  process.kill(inner, "SIGTERM");
  expect((await worker.ended).status).toBe(0);
}, 180_000);

test("a second SIGTERM ends it at once, with 1", async () => {
  const worker = await startBusyWorker();
  worker.kill("SIGTERM");
  await worker.said(/"told to stop"/);
  worker.kill("SIGTERM");
  expect((await worker.ended).status).toBe(1);
}, 180_000);

function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}
