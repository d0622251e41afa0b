import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of the example conversations that are shipped with the app: `examples/conversations` beside the nearest
 * package.json, be it asked from `src/ingest` or from the bundle in `dist`.
 */
export function exampleConversationsFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return join(folder, "examples", "conversations");
    if (folder === dirname(folder))
      throw new Error(`there is no package.json above ${from}: the app is not installed whole`);
  }
}
