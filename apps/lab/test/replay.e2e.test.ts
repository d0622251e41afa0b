import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const fixtures = join(import.meta.dirname, "../../../packages/handlers-ai/test/fixtures");
const folder = mkdtempSync(join(tmpdir(), "sluice-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The built command, as `pnpm replay` runs it. */
function replay(...args: readonly string[]) {
  const main = join(import.meta.dirname, "../dist/main.js");
  return spawnSync(process.execPath, [main, "replay", ...args], { encoding: "utf8" });
}

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test.each([
  ["provider-errors.json", 45],
  ["provider-variations.json", 200],
])("every answer of %s is understood, by each provider of the SDK", (file, least) => {
  const { stdout, stderr, status } = replay(join(fixtures, file));
  expect(stdout).toMatch(/^\d+ passed, 0 failed\n$/);
  expect(Number.parseInt(stdout, 10)).toBeGreaterThan(least);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const vias = JSON.parse(readFileSync(join(fixtures, file), "utf8")).map(({ via }: { via: string }) => via);
  expect(new Set(vias).size).toBe(9);
});

const tooMany = { via: "openaiChat", status: 429, headers: { "retry-after": 7 }, body: {} };

test("what is not as expected is shown beside what came, and fails", () => {
  const file = fileOf("wrong.json", [
    { id: "right", ...tooMany, expect: { outcome: ["unavailable", "rate_limited"], waitMs: [7_000, 7_000] } },
    { id: "wait", ...tooMany, expect: { outcome: "rate_limited", waitMs: [1, 2], scope: "day" } },
    { id: "reason", ...tooMany, status: 401, expect: { outcome: "blocked", reason: "config" } },
    { id: "told", ...tooMany, expect: { outcome: "rate_limited", waitMs: null } },
    { id: "usage", ...tooMany, expect: { outcome: "rate_limited", usageIn: 5 } },
  ]);
  const { stdout, status } = replay(file);
  expect(stdout).toContain(`FAILED wait (openaiChat, HTTP 429)
  expected: rate_limited, wait 1 to 2 ms, scope day
  got:      rate_limited, wait 7000 ms, scope minute
  message:  HTTP 429: `);
  expect([...stdout.matchAll(/^FAILED (\w+)/gm)].map(([, id]) => id)).toEqual([
    "wait",
    "reason",
    "told",
    "usage",
  ]);
  expect(stdout.endsWith("\n1 passed, 4 failed\n")).toBe(true);
  expect(status).toBe(1);
});

test.each([
  ["is not there", [join(folder, "nowhere.json")], /nowhere\.json cannot be read/],
  ["is not JSON", [fileOf("no.json", "{")], /no\.json is not JSON/],
  ["is not a list", [fileOf("object.json", {})], /not a list of answers/],
  ["is empty", [fileOf("empty.json", [])], /not a list of answers/],
  [
    "names a provider that nobody has",
    [fileOf("via.json", [{ id: "a", ...tooMany, via: "acme", expect: { outcome: "x" } }])],
    /0\.via: .*openaiChat/,
  ],
  [
    "expects what nobody checks",
    [fileOf("typo.json", [{ id: "a", ...tooMany, expect: { outcme: "x" } }])],
    /outcme/,
  ],
  ["is missing", [], /missing required argument/],
])("a file that %s is wrong use", (_, args, message) => {
  const { stdout, stderr, status } = replay(...args);
  expect(stderr).toMatch(message);
  expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
});
