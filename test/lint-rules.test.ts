import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const repository = join(import.meta.dirname, "..");

const imports = "lint/style/noRestrictedImports";
const globals = "lint/style/noRestrictedGlobals";
const cycle = "lint/suspicious/noImportCycles";

/** File, its code, and the rule that must object. Each file stands for one way to break the house's rules. */
const forbidden: readonly (readonly [file: string, code: string, rule: string])[] = [
  [
    "packages/core/src/node.ts",
    'import { readFileSync } from "node:fs"; export const read = readFileSync;',
    imports,
  ],
  ["packages/core/src/node-deep.ts", 'export { readFile } from "node:fs/promises";', imports],
  ["packages/core/src/node-type.ts", 'import type { Stats } from "node:fs"; export type S = Stats;', imports],
  ["packages/core/src/node-later.ts", 'export const later = await import("node:fs");', imports],
  ["packages/core/src/library.ts", 'export { z } from "zod";', imports],
  ["packages/core/src/upwards.ts", 'export * from "@sluice/runner";', imports],
  ["packages/core/src/own-index.ts", 'import { job } from "./index.js"; export const j = job;', imports],
  [
    "packages/core/src/deep/own-index.ts",
    'import { job } from "../index.js"; export const j = job;',
    imports,
  ],
  ["packages/core/src/own-index.test.ts", 'import { job } from "./index.js"; export const j = job;', imports],
  ["packages/runner/src/store.ts", 'export { sql } from "drizzle-orm";', imports],
  ["packages/runner/src/node.ts", 'export { hostname } from "node:os";', imports],
  ["packages/runner/src/not-core.ts", 'export { x } from "@sluice/corex";', imports],
  ["packages/runner/src/internals.ts", 'export { x } from "@sluice/core/src/gate.js";', imports],
  ["packages/runner/src/sideways.ts", 'export { x } from "../../core/src/gate.js";', imports],
  [
    "packages/runner/src/sideways.test.ts",
    'import { x } from "../../core/src/gate.js"; export const y = x;',
    imports,
  ],
  ["packages/runner/src/app.ts", 'export { main } from "@sluice/worker";', imports],
  [
    "packages/runner/src/app.test.ts",
    'import { main } from "@sluice/worker"; export const m = main;',
    imports,
  ],
  ["packages/store-drizzle/src/schema.ts", 'export { z } from "zod";', imports],
  ["packages/store-drizzle/src/run.ts", 'export { createWorker } from "@sluice/runner";', imports],
  ["packages/handlers-ai/src/save.ts", 'export { sql } from "drizzle-orm";', imports],
  ["packages/handlers-ai/src/run.ts", 'export { createWorker } from "@sluice/runner";', imports],
  ["packages/testkit/src/store.ts", 'export { createPostgresStore } from "@sluice/store-drizzle";', imports],
  ["packages/testkit/src/suite.ts", 'export { test } from "vitest";', imports],
  ["packages/testkit/src/postgres/suite.ts", 'export { test } from "vitest";', imports],
  ["packages/testkit/src/contract/driver.ts", 'export { default as sql } from "postgres";', imports],
  ["apps/lab/src/app.ts", 'export { main } from "@sluice/worker";', imports],
  ["apps/lab/src/example.ts", 'export { main } from "@sluice/examples";', imports],
  ["apps/lab/src/sideways.ts", 'export { x } from "../../worker/src/compose.js";', imports],
  ["apps/lab/src/internals.ts", 'export { x } from "../../../packages/core/src/gate.js";', imports],
  [
    "apps/lab/src/undeclared.ts",
    'import { z } from "declared-by-nobody"; export const schema = z;',
    "lint/correctness/noUndeclaredDependencies",
  ],

  ["packages/core/src/cycle-a.ts", 'import { b } from "./cycle-b.js"; export const a = () => b;', cycle],
  ["packages/core/src/cycle-b.ts", 'import { a } from "./cycle-a.js"; export const b = () => a;', cycle],
  ["packages/core/src/types-a.ts", 'import type { B } from "./types-b.js"; export type A = B[];', cycle],
  ["packages/core/src/types-b.ts", 'import type { A } from "./types-a.js"; export type B = A[];', cycle],

  ["packages/core/src/clock.ts", "export const now = () => Date.now();", globals],
  ["packages/core/src/date.ts", "export const today = () => new Date();", globals],
  ["packages/core/src/precise.ts", "export const now = () => performance.now();", globals],
  ["packages/core/src/id.ts", "export const id = () => crypto.randomUUID();", globals],
  ["packages/core/src/wait.ts", "export const wait = (run: () => void) => setTimeout(run, 1);", globals],
  ["packages/core/src/soon.ts", "export const soon = (run: () => void) => queueMicrotask(run);", globals],
  ["packages/core/src/setting.ts", "export const setting = process.env;", globals],
  ["packages/core/src/around.ts", "export const now = () => globalThis.Date.now();", globals],
  ["packages/core/src/call.ts", 'export const call = () => fetch("https://example.org");', globals],
  [
    "packages/core/src/chance.ts",
    "export const chance = () => Math.random();",
    "lint/nursery/noJsRestrictedProperties",
  ],
  [
    "packages/core/src/chance-2.ts",
    "export const { random } = Math;",
    "lint/nursery/noJsRestrictedProperties",
  ],
  ["packages/runner/src/print.ts", 'console.log("hello");', "lint/suspicious/noConsole"],

  ["packages/runner/src/floating.ts", "const run = async () => 1; run();", "lint/nursery/noFloatingPromises"],
  [
    "packages/runner/src/condition.ts",
    "const isOpen = async () => true; export const next = () => (isOpen() ? 1 : 2);",
    "lint/nursery/noMisusedPromises",
  ],
  ["packages/runner/src/any.ts", "export const x = (y: any) => y.z;", "lint/suspicious/noExplicitAny"],
  ["packages/runner/src/bang.ts", "export const x = (y?: string) => y!;", "lint/style/noNonNullAssertion"],
  ["packages/runner/src/default.ts", "export default 1;", "lint/style/noDefaultExport"],
  ["packages/runner/src/camelCase.ts", "export const x = 1;", "lint/style/useFilenamingConvention"],
  [
    "packages/runner/src/only.test.ts",
    'import { test } from "vitest"; test.only("x", () => 1);',
    "lint/suspicious/noFocusedTests",
  ],
  [
    "packages/runner/src/skip.test.ts",
    'import { test } from "vitest"; test.skip("x", () => 1);',
    "lint/suspicious/noSkippedTests",
  ],
];

/** What the same rules must let pass. */
const allowed: readonly (readonly [file: string, code: string])[] = [
  ["packages/core/src/fine.ts", 'import type { X } from "./deep/fine.js"; export type Y = Promise<X>;'],
  [
    "packages/core/src/deep/fine.ts",
    "export type X = { readonly at: number; readonly roll: typeof Math.min };",
  ],
  [
    "packages/core/src/fine.test.ts",
    'import "node:fs"; import "@sluice/testkit"; export const x = [Date.now(), Math.random()];',
  ],
  ["packages/runner/src/fine.ts", 'export { decide } from "@sluice/core"; export const t = setTimeout;'],
  [
    "packages/runner/src/fine.test.ts",
    'import "@sluice/testkit"; import "@sluice/store-drizzle"; import "node:os"; import "zod";',
  ],
  [
    "packages/store-drizzle/src/fine.ts",
    'import "@sluice/core"; import "drizzle-orm/pg-core"; import "pg"; import "@electric-sql/pglite"; import "node:url";',
  ],
  [
    "packages/handlers-ai/src/fine.ts",
    'import "@sluice/core"; import "zod"; import "ai"; import "@ai-sdk/provider"; import "remark-gfm"; import "stopword"; import "unified"; import "node:crypto";',
  ],
  ["packages/testkit/src/fine.ts", 'import "@sluice/core"; import "node:fs/promises";'],
  [
    "packages/testkit/src/contract/fine.ts",
    'import "@sluice/core"; import "fast-check"; import "vitest"; import "../fine.js";',
  ],
  ["packages/testkit/src/postgres/fine.ts", 'import "postgres"; import "node:net";'],
  [
    "packages/testkit/src/postgres/vitest/fine.ts",
    'import "vitest"; import "vitest/node"; import "../fine.js";',
  ],
  [
    "apps/worker/src/fine.ts",
    'import "@sluice/runner"; import "@sluice/store-drizzle/targets"; import "pino"; import "./deep/fine.js";',
  ],
];

/** Runs the repository's own rules over another tree; answers the rules that objected, by file. */
function lint(files: readonly (readonly [file: string, code: string, ...unknown[]])[]) {
  const tree = mkdtempSync(join(tmpdir(), "sluice-lint-"));
  afterAll(() => rmSync(tree, { recursive: true }));
  for (const file of [
    "biome.jsonc",
    "biome",
    ...globSync("{packages,apps}/*/package.json", { cwd: repository }),
  ]) {
    cpSync(join(repository, file), join(tree, file), { recursive: true });
  }
  for (const [file, code] of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${code}\n`);
  }
  const biome = join(repository, "node_modules/.bin/biome");
  const run = spawnSync(
    biome,
    ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--error-on-warnings", "--reporter=json"],
    { cwd: tree, encoding: "utf8" },
  );
  const report: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(run.stdout);
  return (file: string) =>
    report.diagnostics.filter(({ location }) => location.path === file).map(({ category }) => category);
}

describe("the linter refuses", () => {
  const objectionsTo = lint(forbidden);

  test.each(forbidden)("%s: %s", (file, _code, rule) => {
    expect(objectionsTo(file)).toContain(rule);
  });
});

describe("the linter lets pass", () => {
  const objectionsTo = lint(allowed);

  test.each(allowed)("%s: %s", (file) => {
    expect(objectionsTo(file)).toEqual([]);
  });
});
