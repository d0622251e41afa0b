import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openKeptFile } from "./kept-file.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-kept-file-test-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function open(name = "it.tar") {
  const file = await openKeptFile(name);
  if (file === null) throw new Error("the folder is not ours");
  return file;
}

const inFolder = () => {
  const [kept = ""] = readdirSync(folder);
  return { kept: join(folder, kept), names: readdirSync(join(folder, kept)) };
};

test("what was written is read, byte for byte; before, there is nothing", async () => {
  const file = await open();
  expect(await file.read()).toBeNull();
  await file.write(Buffer.from([0, 1, 2, 255]));
  expect(await (await open()).read()).toEqual(Buffer.from([0, 1, 2, 255]));
});

test("whoever reads while many write finds one of them whole", async () => {
  const contents = Array.from({ length: 8 }, (_, byte) => Buffer.alloc(300_000, byte));
  const files = await Promise.all(contents.map(() => open()));
  const writing = Promise.all(files.map((file, index) => file.write(contents[index] ?? Buffer.alloc(0))));
  for (let look = 0; look < 20; look++) {
    const found = await files[0]?.read();
    if (found !== null) expect(contents.some((content) => found?.equals(content))).toBe(true);
  }
  await writing;
  expect(inFolder().names).toEqual(["it.tar"]);
});

test("what nobody has read for a month goes, and what somebody has stays", async () => {
  const [old, used] = [await open("old.tar"), await open("used.tar")];
  await old.write(Buffer.from("old"));
  await used.write(Buffer.from("used"));
  const { kept } = inFolder();
  writeFileSync(join(kept, "it.tar.draft-of-a-dead-process"), "x");
  const longAgo = Date.now() / 1_000 - 31 * 24 * 3_600;
  for (const name of readdirSync(kept)) utimesSync(join(kept, name), longAgo, longAgo);
  await used.read();
  await (await open("new.tar")).write(Buffer.from("new"));
  expect(inFolder().names.toSorted()).toEqual(["new.tar", "used.tar"]);
});
