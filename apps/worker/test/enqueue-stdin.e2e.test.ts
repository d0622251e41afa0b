import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPostgresStore } from "@sluice/store-drizzle";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { environmentOf, mainFile, makeFolder, runSluice } from "./run-sluice.js";

const database = await createTestDatabase();
const home = await makeFolder();
afterAll(async () => {
  await database.drop();
  await home.remove();
});

const env = { DATABASE_URL: database.url };
const line = (id: string) =>
  `${JSON.stringify({ taskType: "generate_topics", target: { type: "conversation", id } })}\n`;

function startEnqueue(stdin: "pipe" | number, wrapper: readonly string[] = []) {
  const [program = "", ...args] = [...wrapper, process.execPath, mainFile, "enqueue"];
  return spawn(program, args, {
    cwd: home.path,
    env: environmentOf(home.path, env),
    stdio: [stdin, "pipe", "pipe"],
  });
}

function outputOf(child: Pick<ChildProcess, "stdout" | "stderr">) {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  return said;
}

test("lines go in while more are waited for, and SIGINT loses none that was read", async () => {
  expect((await runSluice(["migrate"], { cwd: home.path, env })).status).toBe(0);
  const pool = new pg.Pool({ connectionString: database.url });
  const store = createPostgresStore({ db: drizzle(pool) });
  const jobsThere = async () => (await store.countJobs()).reduce((sum, { count }) => sum + count, 0);

  const child = startEnqueue("pipe");
  const said = outputOf(child);
  const ended = once(child, "close");
  child.stdin?.write(line("a") + line("b"));
  await expect.poll(jobsThere, { timeout: 100_000 }).toBe(2);
  child.stdin?.write(`${line("c")}not JSON\n`);
  await expect.poll(() => said.stderr, { timeout: 100_000 }).toContain("line 4: is not JSON");
  child.kill("SIGINT");
  expect(await ended).toEqual([1, null]);
  expect(said.stdout).toBe("4 lines: 3 created, 1 bad\n");
  expect(await jobsThere()).toBe(3);
  await store.close();
  await pool.end();
}, 240_000);

// `script` gives it a terminal of its own; it hides the cursor while there is a bar.
const hasTerminal = spawnSync("script", ["--version"]).status === 0;
test.runIf(hasTerminal)(
  "on a terminal, who interrupts it gets the cursor back",
  async () => {
    const pidFile = join(home.path, "pid");
    const command = `(cat lines; sleep 600) | sh -c 'echo $$ > pid; exec "${process.execPath}" "${mainFile}" enqueue'`;
    await writeFile(join(home.path, "lines"), line("d"));
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: home.path,
      env: environmentOf(home.path, { ...env, TERM: "xterm" }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const said = outputOf(child);
    const cursor = () => said.stdout.match(/\[\?25[lh]/g)?.at(-1);
    await expect.poll(cursor, { timeout: 100_000 }).toBe("[?25l");
    process.kill(Number(await readFile(pidFile, "utf8")), "SIGINT");
    await expect.poll(() => said.stdout, { timeout: 100_000 }).toContain("1 lines: 1 created");
    expect(cursor()).toBe("[?25h");
    // `sleep` has to go, too.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  },
  240_000,
);

test("standard input that is a folder, or closed, is a wrong call", async () => {
  const folder = openSync(home.path, "r");
  const calls = [() => startEnqueue(folder), () => startEnqueue("pipe", ["sh", "-c", 'exec "$@" <&-', "sh"])];
  for (const start of calls) {
    const child = start();
    const said = outputOf(child);
    expect(await once(child, "close")).toEqual([2, null]);
    expect(said.stderr).toContain("pipe JSON lines in");
  }
  closeSync(folder);
}, 120_000);
