import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { isReachableByOthers } from "./server-directory.js";

const programs = `${import.meta.dirname}/../../test`;

/** Another process that has started a server of its own. */
async function startParent(uid?: number) {
  const parent = spawn(
    process.execPath,
    ["--import", `${programs}/resolve-sources.ts`, `${programs}/start-postgres-and-wait.ts`],
    { stdio: ["pipe", "pipe", "inherit"], ...(uid === undefined ? {} : { uid, gid: uid }) },
  );
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  const [line] = await once(createInterface(parent.stdout), "line");
  const server: { url: string; dataDirectory: string } = JSON.parse(String(line));
  expect(await isServing(server.url)).toBe(true);
  return { parent, ...server };
}

async function expectNothingLeft(server: { readonly url: string; readonly dataDirectory: string }) {
  await expect.poll(() => existsSync(dirname(server.dataDirectory)), { timeout: 10_000 }).toBe(false);
  expect(await isServing(server.url)).toBe(false);
}

test("a parent that exits takes server and folder with it", async () => {
  const { parent, ...server } = await startParent();
  parent.stdin.write("exit\n");
  await expectNothingLeft(server);
});

test("a parent killed with SIGKILL takes server and folder with it", async () => {
  const { parent, ...server } = await startParent();
  parent.kill("SIGKILL");
  await expectNothingLeft(server);
});

const canTryNobody = process.getuid?.() === 0 && isReachableByOthers(programs);
test.runIf(canTryNobody)(
  "the same holds without root's rights (tried as nobody, where that is possible)",
  async () => {
    const { parent, ...server } = await startParent(65534);
    parent.kill("SIGKILL");
    await expectNothingLeft(server);
  },
);

async function isServing(url: string): Promise<boolean> {
  const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
