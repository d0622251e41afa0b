import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ProjectDocumentContent } from "@sluice/core";

const leastLength = 500;

/** The READMEs of what is installed here, one of each package, by name. */
export async function readInstalledDocuments(root: string): Promise<readonly ProjectDocumentContent[]> {
  const store = join(root, "node_modules/.pnpm");
  const documents = new Map<string, ProjectDocumentContent>();
  for await (const path of glob(["*/node_modules/*/README.md", "*/node_modules/@*/*/README.md"], {
    cwd: store,
  })) {
    const name = dirname(path).split("/node_modules/").at(-1) ?? path;
    const text = readFileSync(join(store, path), "utf8");
    if (text.length < leastLength || documents.has(name)) continue;
    documents.set(name, {
      type: "project_document",
      path: `${name}/README.md`,
      title: null,
      format: "markdown",
      text,
    });
  }
  return [...documents.keys()].sort().flatMap((name) => documents.get(name) ?? []);
}
