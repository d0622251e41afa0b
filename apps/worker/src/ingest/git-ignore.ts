import { stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { openRegularFile } from "./open-regular-file.js";

/** What git ignores below `base`: one list, outer rules first, because the last rule that matches decides. */
export interface IgnoreRules {
  readonly base: string;
  readonly rules: Ignore;
}

/**
 * The rules that reach `folder` from outside: those of the work tree around it. If they ignore the folder itself there
 * are none: git does not look into an ignored folder, so its rules say nothing about what is in it. The user's own
 * global excludes are not looked at: the same tree should give the same targets everywhere.
 */
export async function readRulesAround(folder: string): Promise<IgnoreRules> {
  const none = { base: folder, rules: parseRules("") };
  const workTree = await findWorkTree(folder);
  if (workTree === null) return none;
  const exclude = await readIfThere(join(await findGitFolder(workTree), "info", "exclude"));
  let around: IgnoreRules = { base: workTree, rules: parseRules(exclude ?? "") };
  for (const outer of foldersBetween(workTree, folder)) {
    around = await withRulesOf(outer, around);
  }
  return folder !== workTree && isPathIgnored(around, folder, true) ? none : around;
}

/** `outer` and the rules of the folder's own .gitignore. */
export async function withRulesOf(folder: string, outer: IgnoreRules): Promise<IgnoreRules> {
  const text = await readIfThere(join(folder, ".gitignore"));
  if (text === null) return outer;
  const rules = parseRules("")
    .add(outer.rules)
    .add(rebaseRules(text, relativePath(outer.base, folder)));
  return { base: outer.base, rules };
}

export function isPathIgnored({ base, rules }: IgnoreRules, path: string, isFolder: boolean): boolean {
  return rules.ignores(`${relativePath(base, path)}${isFolder ? "/" : ""}`);
}

/**
 * The lines of a .gitignore in `folder`, said from where `folder` is relative to. A pattern with a slash before its end
 * belongs to its folder, any other to all folders below (gitignore(5)).
 */
function rebaseRules(text: string, folder: string): string {
  if (folder === "") return text;
  const prefix = `/${folder.replaceAll(/[\\*?[\]!# ]/g, "\\$&")}`;
  const rebased = text.split(/\r?\n/).map((line) => {
    if (line.trim() === "" || line.startsWith("#")) return "";
    const sign = line.startsWith("!") ? "!" : "";
    const pattern = line.slice(sign.length);
    const isAnchored = pattern.trimEnd().slice(0, -1).includes("/");
    return `${sign}${prefix}/${isAnchored ? pattern.replace(/^\//, "") : `**/${pattern}`}`;
  });
  return rebased.join("\n");
}

function parseRules(text: string): Ignore {
  return ignore({ ignorecase: false }).add(text);
}

async function findWorkTree(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isThere(join(at, ".git"))) return at;
    if (at === dirname(at)) return null;
  }
}

/** In linked work trees and submodules `.git` is a file that names the real folder, which may name the main one. */
async function findGitFolder(workTree: string): Promise<string> {
  const dotGit = join(workTree, ".git");
  const pointer = await readIfThere(dotGit);
  const own = pointer === null ? dotGit : resolve(workTree, pointer.replace(/^gitdir:/, "").trim());
  const common = await readIfThere(join(own, "commondir"));
  return common === null ? own : resolve(own, common.trim());
}

/** From `outer` inwards to the parent of `inner`. */
function foldersBetween(outer: string, inner: string): string[] {
  const folders: string[] = [];
  for (let at = inner; at !== outer; at = dirname(at)) folders.unshift(dirname(at));
  return folders;
}

function relativePath(from: string, to: string): string {
  return relative(from, to).replaceAll(sep, "/");
}

/** The file's text; `null` also when it is no file or may not be read, which git passes over as well. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    await using file = await openRegularFile(path);
    return await file.readFile("utf8");
  } catch {
    return null;
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
