import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../dist/main.js");

test("workers are killed, frozen and cut off, the database falls, and every job is done once", async () => {
  const args = ["--kills", "5", "--workers", "4", "--seed", "5", "--json"];
  const run = promisify(execFile)(process.execPath, [main, "chaos", ...args]);
  const { stdout } = await run;
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ kills: 5, lost: 0, committedTwice: 0, seed: 5, violations: [] });
  expect(report.jobs).toBeGreaterThan(0);
  expect(report.rerunMs).toHaveProperty("p95");
}, 300_000);
