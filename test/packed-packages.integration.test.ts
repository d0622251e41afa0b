import { spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { startPostgres } from "@sluice/testkit/postgres";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeDocumentedCode } from "./documented-code.js";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const repository = join(import.meta.dirname, "..");
const outside = realpathSync(mkdtempSync(join(tmpdir(), "sluice-packed-")));
const app = join(outside, "app");
afterAll(() => rmSync(outside, { recursive: true }));

/** What the README's app uses by itself. */
const ofTheApp = {
  zod: `link:${join(repository, "packages/handlers-ai/node_modules/zod")}`,
  "@types/node": `link:${join(repository, "node_modules/@types/node")}`,
};

const packages = globSync("packages/*", { cwd: repository })
  .sort()
  .map((folder) => ({ folder: join(repository, folder), ...readManifest(join(repository, folder)) }));

/** `@sluice/testkit/contract`, and so on: whatever the packages declare. */
const entries = packages.flatMap(({ name, exports }) =>
  Object.keys(exports).map((entry) => join(name, entry)),
);

beforeAll(() => {
  mkdirSync(app);
  pnpm(repository, "exec", "turbo", "run", "build", "--filter=./packages/*");
  pnpm(repository, "--recursive", "--filter=./packages/*", "pack", "--pack-destination", outside);
  writeJson("package.json", {
    private: true,
    type: "module",
    dependencies: Object.fromEntries(
      [
        ...packages.flatMap(({ name, peerDependencies }) => [name, ...Object.keys(peerDependencies ?? {})]),
        ...Object.keys(ofTheApp),
      ].map((key) => [key, "*"]),
    ),
  });
  // JSON is YAML, too.
  writeJson("pnpm-workspace.yaml", {
    nodeVersion: process.versions.node,
    pmOnFail: "ignore",
    overrides: { ...Object.fromEntries(packages.flatMap(sources)), ...ofTheApp },
  });
  pnpm(app, "install", "--offline");
}, 120_000);

describe.each(packages)("$name, as packed", ({ name, files }) => {
  const folder = join(app, "node_modules", name);

  test("holds its license and all files that it promises, and shows nobody its sources", () => {
    expect(readFileSync(join(folder, "LICENSE"), "utf8")).toBe(
      readFileSync(join(repository, "LICENSE"), "utf8"),
    );
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(JSON.stringify(readManifest(folder))).not.toMatch(/@sluice\/source|workspace:|catalog:|"\.\/src/);
    expect(
      globSync("{src,dist}/**/*{.ts,.test.*}", { cwd: folder }).filter((file) => !file.endsWith(".d.ts")),
    ).toEqual([]);
  });

  test("has nothing that publint would mend", async () => {
    expect((await publint({ pkgDir: folder, pack: false, strict: true })).messages).toEqual([]);
  });
});

describe("an app outside of this repository", () => {
  test("type-checks against every entry", () => {
    const lines = entries.map((entry, index) => `export * as entry${index} from "${entry}";`);
    writeFileSync(join(app, "all.ts"), lines.join("\n"));
    writeJson("tsconfig.json", {
      compilerOptions: { module: "nodenext", target: "es2023", strict: true, noEmit: true, types: [] },
      files: ["all.ts"],
    });
    const { stdout } = spawnSync(join(repository, "node_modules/.bin/tsc"), ["-p", "."], {
      cwd: app,
      encoding: "utf8",
    });
    // Declarations are checked, too; those of other people may be as wrong as they like.
    expect(stdout.split("\n").filter((line) => /^all\.ts|@sluice/.test(line))).toEqual([]);
  });

  test.each(entries)("runs %s", (entry) => {
    run(app, process.execPath, "--input-type=module", "--eval", `await import("${entry}")`);
  });
});

describe("the code of the documentation, beside an app of its own", () => {
  const out = join(app, "out");

  test("compiles", () => {
    const pages = ["README.md", "docs/writing-a-task.md", "docs/testing-your-app.md"];
    const files = pages.flatMap((page) => {
      const folder = basename(page, ".md");
      return writeDocumentedCode(page, join(app, folder)).map((file) => join(folder, file));
    });
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      strict: true,
      skipLibCheck: true,
      types: ["node"],
      rootDir: ".",
      outDir: "out",
    };
    writeJson("tsconfig.json", { compilerOptions, files });
    run(app, join(repository, "node_modules/.bin/tsc"), "-p", ".");
  }, 60_000);

  test("README: runs a job to its end through a rate limit", async () => {
    const server = await startPostgres();
    try {
      const { url } = await server.createDatabase();
      const script = join(out, "README/run.js");
      const lines = run(app, "env", `DATABASE_URL=${url}`, process.execPath, script).trim().split("\n");
      expect(lines.slice(0, -1).join(" ")).toMatch(/paused by an operator/i); // why is nothing running?
      expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
        status: "completed",
        result: { chars: 8 },
        attempts: ["rate_limited", "succeeded"],
        saved: [{ id: "a1", text: "a1 in de" }],
      });
    } finally {
      await server.stop();
    }
  }, 60_000);

  test("the pages on tasks and on tests: their tests are green", () => {
    const vitest = join(app, "node_modules/vitest/vitest.mjs");
    // A timeout is no measurement, and the machine may be busy.
    const patience = ["--testTimeout=60000", "--hookTimeout=60000"];
    const said = run(
      app,
      process.execPath,
      vitest,
      "run",
      "--root",
      out,
      "--no-color",
      "--no-isolate",
      "--maxWorkers=1",
      ...patience,
    );
    for (const page of ["writing-a-task", "testing-your-app"])
      expect(said).toMatch(new RegExp(`✓ ${page}/\\S+\\.test\\.js`));
  }, 180_000);
});

/**
 * Where the app gets a package's code from: ours from the tarballs, all others from this repository's own installation.
 * So only what a package declares is there for it, and no registry is needed.
 */
function sources({ folder, ...manifest }: (typeof packages)[number]): [name: string, source: string][] {
  const { name, version, dependencies, optionalDependencies, peerDependencies } = manifest;
  const theirs = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    .filter((dependency) => !packages.some((ours) => ours.name === dependency))
    .map((dependency): [string, string] => {
      const installed = join(folder, "node_modules", dependency);
      return [dependency, existsSync(installed) ? `link:${installed}` : "-"];
    });
  return [[name, `file:${outside}/sluice-${basename(name)}-${version}.tgz`], ...theirs];
}

function pnpm(cwd: string, ...args: string[]) {
  const isOnPath = process.env["npm_config_user_agent"]?.startsWith("pnpm/");
  return isOnPath
    ? run(cwd, "pnpm", ...args)
    : run(cwd, "npx", "-y", readManifest(repository).packageManager, ...args);
}

/** Answers what the program prints; fails with it when the program fails. */
function run(cwd: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

function writeJson(file: string, content: unknown) {
  writeFileSync(join(app, file), JSON.stringify(content, null, 2));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
