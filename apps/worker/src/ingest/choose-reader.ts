import { extname } from "node:path/posix";
import type { CodeLanguage } from "./code/language.js";
import { languageOf } from "./code/read-code.js";
import { isJson } from "./conversations/read-conversations.js";
import { isBoilerplate, isDocument } from "./documents/read-document.js";

/** How a file is read, decided by its name alone. */
export type Reader =
  | { readonly kind: "code"; readonly language: CodeLanguage }
  | { readonly kind: "document" }
  | { readonly kind: "conversation" }
  | { readonly kind: "none" };

const NONE: Reader = { kind: "none" };
const LOCK_FILE = /(^|\/)(package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock)\.json$/;

/**
 * `isNamed` says that the user named this very file, who then gets what would else be passed over: licences, changelogs
 * and lock files.
 */
export function chooseReader(path: string, isNamed: boolean): Reader {
  const language = languageOf(extname(path).toLowerCase());
  if (language !== undefined) return { kind: "code", language };
  if (isDocument(path)) return isBoilerplate(path) && !isNamed ? NONE : { kind: "document" };
  if (isJson(path)) return LOCK_FILE.test(path) && !isNamed ? NONE : { kind: "conversation" };
  return NONE;
}

/** What each kind of file is made from, best first. */
const SOURCES: readonly { readonly made: RegExp; readonly from: readonly string[] }[] = [
  { made: /\.d\.ts$/, from: [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs"] },
  { made: /\.d\.mts$/, from: [".mts", ".mjs"] },
  { made: /\.d\.cts$/, from: [".cts", ".ts", ".cjs", ".js"] },
  { made: /(?<!\.d)\.cjs$/, from: [".cts", ".ts", ".tsx", ".mjs", ".js"] },
  { made: /\.mjs$/, from: [".mts", ".ts", ".tsx"] },
  { made: /\.jsx?$/, from: [".ts", ".tsx"] },
  { made: /\.pyi$/, from: [".py"] },
];

/** A folder of modules that a build has written as CommonJS once more: `dist/cjs/queue.js`. */
const COMMONJS_FOLDER = /(^|\/)(?:cjs|commonjs)\//;
/** Where the modules themselves may be, in its place. */
const MODULE_FOLDERS = ["", "esm/", "es/", "mjs/"];

/**
 * The file that says the same as `path` and is the better source: beside it, `queue.ts` for `queue.d.ts`, `queue.js` for its
 * CommonJS twin `queue.cjs`; or `dist/queue.js` for `dist/cjs/queue.js`. `null` when `path` is the source.
 */
export function findSource(path: string, exists: (path: string) => boolean): string | null {
  const rule = SOURCES.find(({ made }) => made.test(path));
  const stem = path.replace(rule?.made ?? "", "");
  const beside = rule?.from.map((extension) => `${stem}${extension}`) ?? [];
  const twins = COMMONJS_FOLDER.test(path)
    ? MODULE_FOLDERS.map((folder) => path.replace(COMMONJS_FOLDER, `$1${folder}`))
    : [];
  return [...beside, ...twins].find(exists) ?? null;
}
