import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(repository, file), "utf8");
const manifest: { packageManager: string; optionalDependencies: Record<string, string> } = JSON.parse(
  read("package.json"),
);

test("everything runs on the pinned Node, whatever the host has", () => {
  const pinned = new Set(Object.values(manifest.optionalDependencies));
  expect([...pinned]).toEqual([process.versions.node]);
  expect(read("pnpm-workspace.yaml")).toContain(`\nnodeVersion: ${process.versions.node}\n`);
});

test.each(["package.json", ".ci/run", ...globSync("*.md", { cwd: repository })])(
  "%s names the one pnpm",
  (file) => {
    const others = [...read(file).matchAll(/pnpm@[\w.]+/g)].filter(
      ([name]) => name !== manifest.packageManager,
    );
    expect(others).toEqual([]);
  },
);
