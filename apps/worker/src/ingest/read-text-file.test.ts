import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readTextFile } from "./read-text-file.js";

async function fileOf(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-read-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const absolutePath = join(folder, "a.md");
  await writeFile(absolutePath, content);
  return absolutePath;
}

test("a file of just so many bytes is read, one of more is not", async () => {
  const file = { absolutePath: await fileOf("äbc\n"), path: "a.md" };
  expect(await readTextFile(file, 5)).toBe("äbc\n");
  expect(await readTextFile(file, 4)).toMatchObject({ kind: "skipped", reason: "too_large" });
});

test.runIf(existsSync("/proc/self/maps"))("what has more than it says is not read without end", async () => {
  const file = { absolutePath: "/proc/self/maps", path: "maps.txt" };
  expect(await readTextFile(file, 100)).toMatchObject({
    reason: "too_large",
    message: "maps.txt is more than it said; files over 0 MB are not read",
  });
});
