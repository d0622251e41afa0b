import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The built program, as `pnpm bench` runs it. */
function bench(...args: readonly string[]) {
  const main = join(import.meta.dirname, "../dist/main.js");
  return spawnSync(process.execPath, [main, "bench", ...args], { encoding: "utf8" });
}

test("a drain is measured on a real Postgres, every job once, and the missed goals do not fail it", () => {
  const json = join(folder, "results.json");
  const ended = bench(
    ...["--only", "drain", "--smoke", "--with", "Sluice over,hand-written", "--json", json],
  );
  expect(ended.stderr).not.toContain("not measured: Sluice");
  expect(ended.status).toBe(0);
  const { goals, benchmarks } = JSON.parse(readFileSync(json, "utf8"));
  expect(benchmarks).toMatchObject([{ name: "drain", failures: [] }]);
  const { samples } = benchmarks[0];
  // Hand-written SQL by one process and by two, Sluice over node-postgres by one.
  expect(samples).toHaveLength(3);
  for (const { values } of samples) {
    expect(values).toMatchObject({ jobs: 1_000, callsTooMany: 0 });
    expect(values.perSecond).toBeGreaterThan(0);
  }
  expect(goals).toContainEqual(
    expect.objectContaining({ name: expect.stringContaining("against pg-boss"), value: null, met: false }),
  );
}, 300_000);

test.each([
  ["--only", "nothing"],
  ["--docs", "absent.json"],
  ["--json", "/absent/results.json", "--only", "drain"],
])("wrong use ends with 2 and says what is wrong: %s %s", (...args) => {
  const ended = bench(...args);
  expect(ended.status).toBe(2);
  expect(ended.stderr).toMatch(/error: .*(nothing|absent)/);
});
