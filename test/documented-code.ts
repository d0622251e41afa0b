import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const repository = join(import.meta.dirname, "..");

/**
 * Writes the code of a page (`README.md`, `docs/….md`) into the folder: its blocks that name a file, those of one file joined, and
 * what is kept for it in `documented-apps`. Answers the names of all files.
 */
export function writeDocumentedCode(page: string, folder: string): readonly string[] {
  const text = readFileSync(join(repository, page), "utf8");
  const code = new Map<string, string>();
  for (const [, file = "", block = ""] of text.matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms))
    code.set(file, `${code.get(file) ?? ""}${block}`);
  if (code.size === 0) throw new Error(`${page} has no code that names a file`);
  mkdirSync(folder, { recursive: true });
  for (const [file, blocks] of code) writeFileSync(join(folder, file), blocks);

  const kept = join(import.meta.dirname, "documented-apps", basename(page, ".md"));
  const own = globSync("*.ts", { cwd: kept });
  for (const file of own) copyFileSync(join(kept, file), join(folder, file));
  return [...code.keys(), ...own];
}
