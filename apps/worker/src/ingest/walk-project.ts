import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type IgnoreRules, isPathIgnored, readRulesAround, withRulesOf } from "./git-ignore.js";
import { IngestError } from "./ingest-error.js";
import type { SkippedPath } from "./ingest-event.js";

/** Never read, whatever git says; naming such a folder as the root reads it all the same. */
const NEVER = new Set([".git", "node_modules", ".sluice"]);

export interface Project {
  /** The folder that paths are relative to; for a single file, the one it is in. */
  readonly folder: string;
  /** Relative to `folder`, with `/`, in code unit order: the same on every machine. */
  readonly paths: readonly string[];
  /** Whether the user named this very file. */
  readonly isSingleFile: boolean;
  readonly skipped: readonly SkippedPath[];
}

/**
 * All files under `root` that git would not ignore. Links below the root are not followed (as in git): what they lead
 * to is either in the tree anyway or was not asked for, and loops cannot arise. Throws `IngestError` about the root.
 */
export async function walkProject(root: string, signal?: AbortSignal): Promise<Project> {
  const { path, stats } = await locate(root);
  if (stats.isFile()) {
    return { folder: dirname(path), paths: [basename(path)], isSingleFile: true, skipped: [] };
  }
  if (!stats.isDirectory()) {
    throw new IngestError({
      code: "unsupported_path",
      path: root,
      message: `${root} is neither a file nor a folder; name one of those`,
    });
  }
  const paths: string[] = [];
  const skipped: SkippedPath[] = [];
  const waiting: { folder: string; prefix: string; rules: IgnoreRules }[] = [
    { folder: path, prefix: "", rules: await readRulesAround(path) },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal?.throwIfAborted();
    const { folder, prefix } = next;
    const entries = await list(folder, prefix, root, skipped);
    const rules = await withRulesOf(folder, next.rules);
    for (const entry of entries) {
      const inside = `${prefix}${entry.name}`;
      if (NEVER.has(entry.name) || isPathIgnored(rules, join(folder, entry.name), entry.isDirectory()))
        continue;
      if (inside.includes("\uFFFD")) {
        const message = `${inside} has a name that is not UTF-8; give it another to have it read`;
        skipped.push({ kind: "skipped", path: inside, reason: "unreadable", message });
      } else if (entry.isDirectory()) {
        waiting.push({ folder: join(folder, entry.name), prefix: `${inside}/`, rules });
      } else if (entry.isFile()) {
        paths.push(inside);
      } else if (entry.isSymbolicLink()) {
        const message = `${inside} is a link, and links are not followed; name what it leads to as a path of its own`;
        skipped.push({ kind: "skipped", path: inside, reason: "symlink", message });
      }
      // Pipes, sockets and devices have nothing to read.
    }
  }
  const byPath = skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { folder: path, paths: paths.sort(), isSingleFile: false, skipped: byPath };
}

async function locate(root: string): Promise<{ path: string; stats: Stats }> {
  if (root === "") {
    const message = "the path is empty; name a file or a folder, or . for the current one";
    throw new IngestError({ code: "path_not_found", path: root, message });
  }
  try {
    const path = await realpath(resolve(root));
    return { path, stats: await stat(path) };
  } catch (cause) {
    throw (await isMissing(root)) ? notFound(root, cause) : notReadable(root, cause);
  }
}

/** A link that leads nowhere is there, and so is what lies behind a folder that we may not enter. */
function isMissing(root: string): Promise<boolean> {
  return lstat(resolve(root)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT" || error.code === "ENOTDIR",
  );
}

/** A folder below the root that cannot be listed is skipped; the root itself must be readable. */
async function list(folder: string, prefix: string, root: string, skipped: SkippedPath[]): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (prefix === "") throw notReadable(root, cause);
    const path = prefix.slice(0, -1);
    const message = `${path} could not be listed: ${cause instanceof Error ? cause.message : String(cause)}`;
    skipped.push({ kind: "skipped", path, reason: "unreadable", message });
    return [];
  }
}

function notFound(path: string, cause: unknown): IngestError {
  return new IngestError({
    code: "path_not_found",
    path,
    message: `there is no ${path} (seen from ${process.cwd()}); check the spelling or give an absolute path`,
    cause,
  });
}

function notReadable(path: string, cause: unknown): IngestError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new IngestError({
    code: "path_not_readable",
    path,
    message: `${path} cannot be read (${why}); check its permissions and where its links lead`,
    cause,
  });
}
