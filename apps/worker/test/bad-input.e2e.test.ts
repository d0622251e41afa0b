import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runSluice, smallProject } from "./run-sluice.js";

let home: Awaited<ReturnType<typeof makeFolder>>;
const folders: { remove(): Promise<void> }[] = [];

beforeAll(async () => {
  home = await makeFolder();
  folders.push(home);
});
afterAll(() => Promise.all(folders.map((folder) => folder.remove())));

const sluice = (...args: string[]) => runSluice(args, { cwd: home.path });

async function folderWith(files: Parameters<typeof makeFolder>[0]): Promise<string> {
  const folder = await makeFolder(files);
  folders.push(folder);
  return folder.path;
}

test("a path that does not exist is named, and nothing is done", async () => {
  const { status, stderr, stdout } = await sluice("demo", "/no/such/folder");
  expect(status).toBe(1);
  expect(stderr).toContain("/no/such/folder");
  expect(stdout).toBe("");
});

test("an empty folder has nothing to do, and that is a failure", async () => {
  const { status, stderr } = await sluice("demo", await folderWith({}));
  expect(status).toBe(1);
  expect(stderr).toMatch(/anything to enrich/);
}, 60_000);

test("broken files are told one by one, and the rest is done", async () => {
  const path = await folderWith({
    ...smallProject,
    "binary.md": new Uint8Array([0, 1, 2, 3, 0]),
    "latin1.md": new Uint8Array([0x23, 0x20, 0xe4, 0xf6, 0xfc, 0x0a]),
    "broken.ts": "export function open( {{{\nexport class Half {\n",
    "conversations/notes.json": "{ this is not JSON",
    "huge.md": "#",
  });
  await truncate(join(path, "huge.md"), 50_000_000);
  const { status, stdout } = await sluice("demo", path, "--json");
  const { jobs, problems } = JSON.parse(stdout);
  expect(jobs).toEqual({ completed: expect.any(Number) });
  expect(status).toBe(0);
  for (const file of ["binary.md", "latin1.md", "broken.ts", "conversations/notes.json", "huge.md"])
    expect(problems.filter((problem: string) => problem.includes(file))).toHaveLength(1);
}, 60_000);

describe("wrong use", () => {
  test.each([
    [["status"], "DATABASE_URL"],
    [["status", "--demo"], "there is no demo"],
    [["enqueue"], "pipe JSON lines in"],
    [["worker"], "DATABASE_URL and AI_MODEL"],
    [["demo", "--rate-limit", "0"], "--rate-limit"],
    [["frobnicate"], "frobnicate"],
    [["jobs", "--limit", "many"], "--limit"],
    [["enqueue", "no_such_task"], "no_such_task"],
    [["retry"], "--status"],
    [["cancel", "1"], "job's id"],
    [["pause", "generate_topics", "--for", "soon"], "90s"],
    [["prune", "--older-than", "1"], "duration"],
  ])("%j exits with 2 and says what is wrong", async (args, words) => {
    const elsewhere = await folderWith({});
    const { status, stderr } = await runSluice(args, { cwd: elsewhere });
    expect(stderr).toContain(words);
    expect(status).toBe(2);
  });
});
