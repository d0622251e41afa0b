import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectTree } from "../../test/fixtures/ingest/project-tree.js";
import type { IngestEvent } from "./ingest-event.js";
import { readProject } from "./read-project.js";
import { storableId } from "./storable-id.js";

const code = "export function run() {}\n";

async function read(root: string) {
  const events: IngestEvent[] = [];
  for await (const event of readProject(root)) events.push(event);
  const ids = events.flatMap((event) => (event.kind === "target" ? [event.target.ref.id] : []));
  const messages = events.flatMap((event) => (event.kind === "skipped" ? [event.message] : []));
  return { ids, messages };
}

test("pipes are passed over, also one that stands where the rules of git would: nobody waits for who writes into them", async () => {
  const root = await projectTree({ "a.ts": code, "b/c.ts": code });
  execFileSync("mkfifo", [join(root, "pipe.md"), join(root, "b/.gitignore")]);
  expect(await read(root)).toEqual({ ids: ["a.ts#run", "b/c.ts#run"], messages: [] });
});

test("a file's name may have control characters, which its id has not; one that is not UTF-8 is told", async () => {
  const root = await projectTree({ "a.ts": code, "new\nline.ts": code, "bell\x07.ts": code });
  const latin1 = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9)]);
  await mkdir(latin1);
  await writeFile(Buffer.concat([latin1, Buffer.from(".ts")]), code);
  const { ids, messages } = await read(root);
  expect(ids).toEqual([
    "a.ts#run",
    expect.stringMatching(/^bell\uFFFD\.ts#run~[0-9a-f]{16}$/),
    expect.stringMatching(/^new\uFFFDline\.ts#run~[0-9a-f]{16}$/),
  ]);
  expect(messages).toEqual(
    ["caf\uFFFD", "caf\uFFFD.ts"].map(
      (name) => `${name} has a name that is not UTF-8; give it another to have it read`,
    ),
  );
});

test("an id that no job may have gives one that it may, the same each time, and no other's", () => {
  expect(storableId("src/a.ts#run")).toBe("src/a.ts#run");
  const long = "x".repeat(495);
  const ids = ["a\n", "a\r", "a\uD800", `${long}${"y".repeat(600)}`, `${long}\u{1F600}${"z".repeat(600)}`];
  const storable = ids.map(storableId);
  expect(new Set(storable).size).toBe(ids.length);
  expect(ids.map(storableId)).toEqual(storable);
  for (const id of storable) expect(id).toMatch(/^[^\p{Cc}\p{Cs}]{1,512}$/u);
});

test("what nests deeper than the stack goes is left out, and the rest goes on", async () => {
  const classes = Array.from({ length: 5_000 }, (_, index) => `class A${index} {\n`).join("");
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const root = await projectTree({
    "a.ts": code,
    "deep.java": `${classes}${"}\n".repeat(5_000)}`,
    "conversations/deep.json": deep,
    "z.ts": code,
  });
  const { ids, messages } = await read(root);
  expect(ids).toEqual(["a.ts#run", "z.ts#run"]);
  expect(messages).toEqual([
    expect.stringMatching(/^conversations\/deep\.json is an array in which item 0 has no "messages"/),
    "deep.java nests too deep to be read",
  ]);
});
