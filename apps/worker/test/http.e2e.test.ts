import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environmentOf, mainFile, makeFolder, runSluice } from "./run-sluice.js";

let home: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  home = await makeFolder();
});
afterAll(() => home.remove());

test("a worker over the embedded database serves, says where to others who want it, and stops in order", async () => {
  const worker = spawn(process.execPath, [mainFile, "worker", "--embedded"], {
    cwd: home.path,
    env: environmentOf(home.path, { HTTP_PORT: "0" }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(worker, "exit");
  try {
    const url = await listeningAt(worker.stderr);
    const ready = async () => (await fetch(`${url}/readyz`)).status;
    await expect.poll(ready, { timeout: 200_000, interval: 200 }).toBe(200);
    expect(await (await fetch(`${url}/api/v1/status`)).json()).toMatchObject({
      jobs: {},
      workers: [{ running: 0 }],
    });

    const refused = await runSluice(["status"], { cwd: home.path });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`in use by process ${worker.pid}`);
    expect(refused.stderr).toContain(`its admin API is at ${url}`);
    expect(refused.stdout).toBe("");
  } finally {
    worker.kill("SIGTERM");
  }
  expect(await exited).toEqual([0, null]);
  expect((await runSluice(["status"], { cwd: home.path })).status).toBe(0);
}, 300_000);

/** From the line of the log that says so. */
function listeningAt(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const [, url] = /"url":"(http:[^"]+)"/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    stderr.once("end", () => reject(new Error(`the worker ended: ${text}`)));
  });
}
