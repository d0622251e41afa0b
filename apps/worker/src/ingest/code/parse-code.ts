import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Language, type Node, Parser, type Tree } from "web-tree-sitter";
import type { CodeLanguage } from "./language.js";

/** No real file came near it: 2 MB of random tokens took 4 s. */
const PARSE_LIMIT_MS = 15_000;

const require = createRequire(import.meta.url);
const grammarFolder = join(dirname(require.resolve("@vscode/tree-sitter-wasm/package.json")), "wasm");
const grammars = new Map<string, Promise<Language>>();

/** Loaded once per process: WebAssembly modules cannot be unloaded. Nothing is fetched, the grammars are a package. */
function loadGrammar(file: string): Promise<Language> {
  const known = grammars.get(file);
  if (known !== undefined) return known;
  const loading = Parser.init().then(() => Language.load(join(grammarFolder, file)));
  grammars.set(file, loading);
  return loading;
}

/**
 * Hands the tree's root to `read` and frees the tree afterwards: nodes must not outlive the call. Answers `null` when
 * parsing took too long.
 */
export async function parseCode<T>(
  text: string,
  language: CodeLanguage,
  read: (root: Node) => T,
  limitMs: number = PARSE_LIMIT_MS,
): Promise<T | null> {
  const grammar = await loadGrammar(language.grammar);
  const parser = new Parser();
  let tree: Tree | null = null;
  try {
    const startedAt = performance.now();
    const progressCallback = () => performance.now() - startedAt > limitMs;
    tree = parser.setLanguage(grammar).parse(text, null, { progressCallback });
    return tree === null ? null : read(tree.rootNode);
  } finally {
    tree?.delete();
    parser.delete();
  }
}

/** The line, counted from 1, where the text first fails to parse; `null` when all of it parses. */
export function firstErrorLine(root: Node): number | null {
  for (const fault of faultsIn(root)) return fault.startPosition.row + 1;
  return null;
}

/**
 * Whether it is certain where a definition ends. Grammars lag behind their languages (`interface Box<out T>` does not
 * parse), so a fault alone does not make it unfit to be read; one that touches brackets does.
 */
export function isWhole(definition: Node): boolean {
  for (const fault of faultsIn(definition)) {
    if (fault.isMissing || /[{}()[\]]/.test(fault.text)) return false;
  }
  return true;
}

/** In the order of the text. A stack instead of recursion: sources may nest as deep as they like. */
function* faultsIn(node: Node): Generator<Node> {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!next.hasError) continue;
    if (next.isError || next.isMissing) yield next;
    else for (const child of next.children.toReversed()) waiting.push(child);
  }
}
