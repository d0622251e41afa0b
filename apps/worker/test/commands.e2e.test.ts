import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentOf, mainFile, makeFolder, runSluice } from "./run-sluice.js";

// Every command to its success, as people and as scripts call it. What ingest, worker, job, retry and demo do is in other files.

const enrich = "enrich_entity_summary_keywords";
const documentLine = (id: string) =>
  JSON.stringify({ taskType: enrich, target: { type: "project_document", id } });

const database = await createTestDatabase();
const home = await makeFolder({
  ".env": "AI_MODEL=embedded:extractive\nADMIN_TOKEN=0123456789abcdef\n",
  "project/README.md": "# Kettle\n\nKettle boils water over HTTP and keeps the temperature of kettles.\n",
});
afterAll(async () => {
  await database.drop();
  await home.remove();
});

const env = { DATABASE_URL: database.url };
const run = (args: readonly string[], input?: string) =>
  runSluice(args, { cwd: home.path, env, ...(input !== undefined && { input }) });

async function plain(args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await run(args, input);
  if (status !== 0) throw new Error(`${args.join(" ")} exited with ${status}: ${stderr}`);
  return stdout;
}

/** In JSON nothing is said beside the answer. */
async function json(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = await run([...args, "--json"], input);
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

test("migrate makes the tables, tells what it did, and --check what is missing", async () => {
  const missing = await run(["migrate", "--check", "--json"]);
  expect(missing.status).toBe(1);
  const { pending } = JSON.parse(missing.stdout);
  expect(pending.length).toBeGreaterThan(2);
  const [first] = pending;
  expect((await run(["migrate", "--check"])).stdout).toContain(`missing ${first}\n`);

  const lines = (await plain(["migrate"])).trim().split("\n");
  expect(lines).toEqual(pending.map((file: string) => `applied ${file}`));
  expect(await json(["migrate"])).toEqual({ applied: [] });
  expect(await plain(["migrate", "--check"])).toBe("up to date\n");
});

describe("on tables that are up to date", () => {
  beforeAll(async () => {
    await run(["migrate"]);
  });

  test("config shows each setting, where it comes from, and no secret", async () => {
    const [settings, table] = await Promise.all([json(["config"]), plain(["config"])]);
    const shown = new Map(settings.map((setting: { name: string }) => [setting.name, setting]));
    expect(shown.get("AI_MODEL")).toMatchObject({ value: "embedded:extractive", from: ".env" });
    expect(shown.get("DATABASE_URL")).toMatchObject({ value: "(set)", from: "environment" });
    expect(shown.get("ADMIN_TOKEN")).toMatchObject({ value: "(set)", from: ".env" });
    expect(shown.get("BATCH_SIZE")).toMatchObject({ value: "5", from: "default", values: "1 to 1000" });
    expect(table).toContain("AI_MODEL\tembedded:extractive\t.env\t");
    expect(table + JSON.stringify(settings)).not.toMatch(/0123456789abcdef|postgres:\/\/postgres/);
  });

  test("config shows that keys of providers are set, and checks model and prices with all else", async () => {
    const key = "sk-0123456789abcdef0123456789abcdef";
    const more = { OPENAI_API_KEY: key, OPENAI_BASE_URL: "https://user:pass@proxy.example/v1" };
    const shown = await runSluice(["config", "--json"], { cwd: home.path, env: { ...env, ...more } });
    const settings = JSON.parse(shown.stdout);
    for (const name of Object.keys(more))
      expect(settings).toContainEqual(expect.objectContaining({ name, value: "(set)", from: "environment" }));
    expect(shown.stdout).not.toMatch(/sk-0123|user:pass/);

    const bad = { AI_MODEL: "foo", AI_PRICES: "xx", BATCH_SIZE: "0" };
    for (const command of [["config"], ["worker"]]) {
      const refused = await runSluice(command, { cwd: home.path, env: { ...env, ...bad } });
      expect(refused.status).toBe(2);
      for (const name of Object.keys(bad))
        expect(refused.stderr).toMatch(new RegExp(`^ {2}- ${name}\\b`, "m"));
    }
  });

  test("an answer that cannot be written is one line on standard error, and a failure", () => {
    const command = '"$0" "$1" jobs > /dev/full';
    const { stderr, status } = spawnSync("bash", ["-c", command, process.execPath, mainFile], {
      cwd: home.path,
      env: environmentOf(home.path, env),
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^sluice: the answer cannot be written: ENOSPC.*\n$/);
    expect(status).toBe(1);
  });

  test("doctor finds nothing wrong where nothing is", async () => {
    const [findings, text] = await Promise.all([json(["doctor"]), plain(["doctor"])]);
    const checks = findings.map(({ check, ok }: { check: string; ok: boolean }) => [check, ok]);
    const all = ["database", "schema", "clock", "prepared statements", "notifications", "model"];
    expect(checks).toEqual(all.map((check) => [check, true]));
    expect(text.match(/^ok {2}/gm)).toHaveLength(6);
  });

  test("enqueue takes JSON lines: the good ones go in, the bad ones are told by their numbers, and it exits with 1", async () => {
    const lines = [
      documentLine("a.md"),
      "{",
      "",
      documentLine("b.md"),
      '{"taskType":"nope"}',
      documentLine("c.md"),
    ].join("\n");
    const people = await run(["enqueue"], lines);
    expect(people.status).toBe(1);
    expect(people.stdout).toBe("5 lines: 3 created, 2 bad\n");
    expect(people.stderr).toMatch(/^line 2: is not JSON$/m);
    expect(people.stderr).toMatch(/^line 5: taskType: must be one of /m);

    const script = await run(["enqueue", "--json"], lines);
    expect([script.status, script.stderr]).toEqual([1, ""]);
    expect(JSON.parse(script.stdout)).toMatchObject({
      lines: 5,
      created: 3,
      bad: 2,
      faults: [{ line: 2 }, { line: 5 }],
      lastLine: 6,
      certainUpTo: 6,
    });
  });

  test("jobs shows page after page with --after", async () => {
    await plain(["enqueue"], [1, 2, 3].map(() => documentLine("paged")).join("\n"));
    const page = ["jobs", "--target", "project_document:paged", "--limit", "2"];
    const [newest, middle] = await json(page);
    const first = await run(page);
    expect(first.stdout.split("\n").map((line) => line.split("\t")[0])).toEqual([
      "id",
      newest.id,
      middle.id,
      "",
    ]);
    expect(first.stderr).toBe(`there are more: add --after ${middle.id}\n`);

    const [rest, last] = await Promise.all([
      json([...page, "--after", middle.id]),
      run([...page, "--after", middle.id]),
    ]);
    expect(rest).toHaveLength(1);
    expect([newest.id, middle.id]).not.toContain(rest[0].id);
    expect(last.stdout).toContain(rest[0].id);
    expect(last.stderr).toBe("");
  });

  test("pause, gates, resume: what an operator does to a task, and what comes of it", async () => {
    const paused = await json(["pause", "generate_topics", "--for", "1h30m"]);
    expect(paused).toMatchObject({ key: "task:generate_topics", open: false, state: "paused", reason: null });
    expect(await json(["gates"])).toEqual([paused]);
    expect(await json(["resume", "generate_topics"])).toMatchObject({ open: true, pausedUntil: null });
    expect(await plain(["pause", "task:generate_topics"])).toBe(
      "gate\tstate\tuntil\treason\ntask:generate_topics\tpaused\tuntil resumed\t\n",
    );
    expect(await plain(["resume", "generate_topics"])).toContain("task:generate_topics\topen\t");
  });

  test("cancel ends jobs by their ids and by filters, and prune deletes what has ended", async () => {
    const target = ["--target", "project_document:unwanted"];
    const { id } = await json(["enqueue", enrich, ...target]);
    await plain(["enqueue"], [1, 2].map(() => documentLine("unwanted")).join("\n"));
    expect(await plain(["cancel", id])).toBe("1 cancelled, or asked to stop where they run\n");
    const refused = await run(["cancel", id]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`job ${id} is cancelled: it has ended, there is nothing to cancel`);
    expect(await json(["cancel", ...target, "--yes"])).toEqual({ done: 2, notDone: [] });

    expect(await plain(["prune", "--dry-run"])).toBe("0 jobs would be deleted\n");
    expect(await json(["prune", "--older-than", "1ms", "--dry-run"])).toEqual({ prunable: 3, deleted: 0 });
    expect(await plain(["prune", "--older-than", "1ms"])).toBe("3 jobs deleted\n");
    expect(await json(["prune", "--older-than", "1ms"])).toEqual({ prunable: 0, deleted: 0 });
    expect((await run(["job", id])).stderr).toBe(`sluice: there is no job ${id}\n`);
  });

  test("a reader that has read enough ends it quietly", async () => {
    const many = Array.from({ length: 500 }, (_, index) => documentLine(`${index}/${"long".repeat(50)}.md`));
    await plain(["enqueue"], many.join("\n"));
    // More than a pipe holds.
    const command = `"$0" "$1" jobs --limit 500 --json | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command, process.execPath, mainFile], {
      cwd: home.path,
      env: environmentOf(home.path, env),
      encoding: "utf8",
    });
    expect([stdout, stderr]).toEqual(["[\n0\n", ""]);
  });

  // `script` gives it a terminal of its own; where there is none, `terminal.test.ts` has to do.
  const hasTerminal = spawnSync("script", ["--version"]).status === 0;
  test.runIf(hasTerminal)(
    "on a terminal there are bars, tables and colours, which NO_COLOR ends",
    async () => {
      const onTerminal = (args: string, more: Readonly<Record<string, string>> = {}) =>
        spawnSync("script", ["-qec", `"${process.execPath}" "${mainFile}" ${args}`, "/dev/null"], {
          cwd: home.path,
          env: environmentOf(home.path, { ...env, TERM: "xterm", ...more }),
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        }).stdout;
      expect(onTerminal("ingest project")).toMatch(/project \[=+\] 1\/1 \| [\d.]+\/s/);
      const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]+m`);
      const coloured = onTerminal("gates");
      expect(coloured).toContain("┌");
      expect(coloured).toMatch(colour);
      expect(onTerminal("gates", { NO_COLOR: "1" })).not.toMatch(colour);
      const { stderr } = await run(["ingest", join(home.path, "project")]);
      expect(stderr).toMatch(/project: 1 of 1\n$/);
    },
  );
});

describe("with --json, what goes wrong is one line of JSON on standard error, with the exit status of always", () => {
  const nobody = "00000000-0000-7000-8000-000000000000";
  test.each<[readonly string[], Readonly<Record<string, string>>, number, object]>([
    [["status", "--jsn", "--json"], {}, 2, { code: "wrong_use", message: /^unknown option '--jsn'/ }],
    [["retry", "--json"], {}, 2, { code: "wrong_use", message: /^say which jobs/ }],
    [["pause", "x", "--for", "soon", "--json"], {}, 2, { code: "wrong_use", message: /90s/ }],
    [["jobs", "--json"], { BATCH_SIZE: "0" }, 2, { code: "bad_configuration", faults: [/^BATCH_SIZE: /] }],
    [["job", nobody, "--json"], {}, 1, { code: "failed", message: /^there is no job/ }],
    [
      ["enqueue", enrich, "--target", "planet:x", "--json"],
      {},
      2,
      { code: "wrong_use", field: "target.type", message: /planet/ },
    ],
    [
      ["enqueue", "--json"],
      { DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" },
      1,
      { code: "failed", message: /^cannot use 127.0.0.1:1\/nothing: nothing listens there/ },
    ],
  ])("%j", async (args, more, status, error) => {
    const ended = await runSluice(args, { cwd: home.path, env: { ...env, ...more }, input: "" });
    expect(ended.stdout).toBe("");
    expect(ended.stderr.split("\n")).toHaveLength(2);
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: matching(error) });
    expect(ended.status).toBe(status);
  });

  /** Patterns are looked for. */
  function matching(value: unknown): unknown {
    if (value instanceof RegExp) return expect.stringMatching(value);
    if (Array.isArray(value)) return value.map(matching);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, matching(inner)]));
  }
});
