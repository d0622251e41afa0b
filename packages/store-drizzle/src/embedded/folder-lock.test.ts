import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FolderHolder, FolderInUseError, lockFolder, successionOf } from "./folder-lock.js";
import { readProcessStart } from "./process-start.js";

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "sluice-lock-"));
  folder = join(parent, "database");
});
afterEach(() => rm(parent, { recursive: true }));

async function leaveLock(holder: FolderHolder): Promise<void> {
  await writeFile(`${folder}.lock`, JSON.stringify(holder));
}

async function holderOf(pid: number): Promise<FolderHolder> {
  return {
    pid,
    host: hostname(),
    startedAt: (await readProcessStart(pid)) ?? "",
    note: "http://127.0.0.1:7000",
  };
}

test("a folder is taken by one, and free again when it is released", async () => {
  const lock = await lockFolder(folder, null);
  await expect(lockFolder(folder, null)).rejects.toBeInstanceOf(FolderInUseError);
  await lock.release();
  await (await lockFolder(folder, null)).release();
  expect(await readdir(parent)).toEqual([]);
});

test("who finds it taken is told by whom, and what the holder has noted", async () => {
  const lock = await lockFolder(folder, null);
  await lock.setNote("http://127.0.0.1:7000");
  const refused = await lockFolder(folder, null).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "folder_in_use",
    holder: { pid: process.pid, note: "http://127.0.0.1:7000" },
  });
  expect(String(refused)).toContain(`process ${process.pid} on ${hostname()} (http://127.0.0.1:7000)`);
});

test("the lock of a living process holds, that of a dead one is taken over", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  await once(other, "spawn");
  const holder = await holderOf(other.pid ?? 0);
  await leaveLock(holder);
  await expect(lockFolder(folder, null)).rejects.toMatchObject({ holder });
  other.kill("SIGKILL");
  await once(other, "exit");
  await (await lockFolder(folder, null)).release();
});

test("the lock of a dead process whose id another one has by now is taken over", async () => {
  await leaveLock({ ...(await holderOf(process.pid)), startedAt: "long ago" });
  await (await lockFolder(folder, null)).release();
});

test("the lock of another machine is believed, and the message says what to do", async () => {
  await leaveLock({ ...(await holderOf(process.pid)), host: "elsewhere" });
  await expect(lockFolder(folder, null)).rejects.toThrow(`delete ${folder}.lock`);
});

test("of many that find a dead lock one gets the folder, each time", async () => {
  for (let round = 0; round < 50; round++) {
    await leaveLock({ ...(await holderOf(process.pid)), startedAt: `long ago, ${round}` });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder, null)));
    const locks = tries.flatMap((tried) => (tried.status === "fulfilled" ? [tried.value] : []));
    expect(locks).toHaveLength(1);
    expect(await readdir(parent)).toEqual(["database.lock"]);
    await locks[0]?.release();
  }
});

test("a process that died while it took over is succeeded, too", async () => {
  const dead = { ...(await holderOf(process.pid)), startedAt: "long ago" };
  await leaveLock(dead);
  const taking = { ...dead, startedAt: "not so long ago" };
  await writeFile(successionOf(`${folder}.lock`, dead), JSON.stringify(taking));
  const lock = await lockFolder(folder, "ours");
  expect(JSON.parse(await readFile(`${folder}.lock`, "utf8"))).toMatchObject({ note: "ours" });
  expect(await readdir(parent)).toEqual(["database.lock"]);
  await lock.release();
});

test("while somebody takes over, the folder is theirs", async () => {
  const dead = { ...(await holderOf(process.pid)), startedAt: "long ago" };
  await leaveLock(dead);
  const taking = await holderOf(process.pid);
  await writeFile(successionOf(`${folder}.lock`, dead), JSON.stringify(taking));
  await expect(lockFolder(folder, null)).rejects.toMatchObject({ holder: taking });
});
