import type { ProjectDocumentContent } from "@sluice/core";
import { toString as wholeText } from "mdast-util-to-string";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { wordsOf } from "../language/words.js";

/** A run of prose of a document, without markup. */
export interface Passage {
  readonly kind: "heading" | "paragraph" | "item" | "quote";
  readonly text: string;
  /** The headings it stands under, outermost first, without the document's title. */
  readonly section: readonly string[];
}

export interface ReadDocument {
  readonly title: string | null;
  /** In reading order; code, tables, HTML, badges and lists of links are left out. */
  readonly passages: readonly Passage[];
  /** Words that the document sets as code: names, which keep their small letter at the beginning of a sentence. */
  readonly codeWords: ReadonlySet<string>;
}

/** Longer texts are cut at a line end; what a document is about stands at its beginning. */
const maxCharacters = 60_000;
/** No person writes longer lines; parsers take long over them. */
const maxLine = 4_000;

const hardBreak = "\u2028";

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter);

type Root = ReturnType<typeof parser.parse>;
type Node = Root | Root["children"][number];

/** Reduces a document to its title and its prose. Any text will do. */
export function readDocument(
  document: Pick<ProjectDocumentContent, "title" | "format" | "text">,
): ReadDocument {
  const text = cutLines(cutAtLine(document.text));
  const { title, passages, codeWords } =
    document.format === "markdown" ? readAnyMarkdown(text) : readPlainText(text);
  return { title: document.title?.trim() || title, passages, codeWords };
}

function cutAtLine(text: string): string {
  if (text.length <= maxCharacters) return text;
  const lineEnd = text.lastIndexOf("\n", maxCharacters);
  return text.slice(0, lineEnd > 0 ? lineEnd : maxCharacters);
}

/** The parser gives up (by a stack overflow) on text that is nested thousands of levels deep. */
function readAnyMarkdown(text: string): ReadDocument {
  try {
    return readMarkdown(text);
  } catch {
    return readPlainText(text);
  }
}

function cutLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.slice(0, maxLine).replace(/^(?:\s*>){8,}/u, ">"))
    .join("\n");
}

function readMarkdown(text: string): ReadDocument {
  const passages: Passage[] = [];
  const section: { depth: number; text: string }[] = [];
  const codeWords = new Set<string>();
  let title: string | null = null;

  const add = (kind: Passage["kind"], passage: string) => {
    if (passage !== "" && !looksLikeData(passage))
      passages.push({ kind, text: passage, section: section.map((heading) => heading.text) });
  };
  const visit = (node: Node, kind: Passage["kind"]): void => {
    switch (node.type) {
      case "yaml":
        title ??= frontmatterValue(node.value, "title");
        add("paragraph", frontmatterValue(node.value, "description") ?? "");
        return;
      case "heading": {
        const heading = plainText(node);
        while ((section.at(-1)?.depth ?? 0) >= node.depth) section.pop();
        if (heading === "") return;
        // The first of the first rank is the title, if only once more.
        if (title === null || (node.depth === 1 && !passages.some((passage) => passage.kind === "heading")))
          title ??= heading;
        else {
          section.push({ depth: node.depth, text: heading });
          add("heading", heading);
        }
        return;
      }
      case "paragraph":
        for (const child of node.children)
          if (child.type === "inlineCode") codeWords.add(wordsOf(child.value)[0] ?? "");
        if (!isMostlyLinks(node)) for (const part of paragraphsOf(plainText(node))) add(kind, part);
        return;
      case "blockquote":
        // An alert (`> [!NOTE]`) is a remark by the way.
        if (!/^\[!\w+\]/.test(plainText(node))) for (const child of node.children) visit(child, "quote");
        return;
      case "list":
      case "listItem":
        for (const child of node.children) visit(child, "item");
        return;
      case "root":
        for (const child of node.children) visit(child, kind);
        return;
      default:
    }
  };
  visit(parser.parse(text), "paragraph");
  return { title, passages, codeWords };
}

/** Text of a node as a reader sees it; images, HTML and footnote marks vanish, line breaks are kept. */
function plainText(node: Node): string {
  const textOf = (part: Node): string => {
    if (part.type === "text" || part.type === "inlineCode") return part.value;
    if (part.type === "break" || (part.type === "html" && /^<br\b/i.test(part.value))) return hardBreak;
    return "children" in part ? part.children.map(textOf).join("") : "";
  };
  return textOf(node)
    .replace(/[\u200b-\u200d\ufeff]|\ufe0f/gu, "")
    .replace(/[\s\u200b]?\p{Extended_Pictographic}+/gu, (found) => (/^\s?[©®™]/u.test(found) ? found : ""))
    .replace(/[ \t]+/gu, " ")
    .replace(/ ([.,;:!?])(?=\s|$)/gu, "$1")
    .trim();
}

/** What stands behind a hard break is a paragraph of its own, unless it goes on in small letters. */
function paragraphsOf(text: string): string[] {
  return text
    .split(new RegExp(`\\s*${hardBreak}\\s*(?![\\p{Ll}\\s${hardBreak}])`, "u"))
    .map((part) => part.replaceAll(hardBreak, " ").replace(/\s+/gu, " ").trim());
}

function isMostlyLinks(node: Node): boolean {
  let linked = 0;
  let links = 0;
  const visit = (part: Node): void => {
    if (part.type === "link" || part.type === "linkReference") {
      linked += textIn(part).length;
      links += 1;
    } else if ("children" in part) part.children.forEach(visit);
  };
  visit(node);
  const all = textIn(node).length;
  return all === 0 || (links > 0 && linked / all > (links > 1 ? 0.5 : 0.8));
}

function textIn(node: Node): string {
  return wholeText(node, { includeImageAlt: false, includeHtml: false });
}

function frontmatterValue(yaml: string, key: string): string | null {
  const value = new RegExp(`^${key}:[ \\t]*(.+)$`, "mu")
    .exec(yaml)?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/u, "$2");
  return value === undefined || value === "" || /^[|>{[&*]/u.test(value) ? null : value;
}

/** Text without markup: blocks between blank lines; a short one without a full stop is a heading. */
function readPlainText(text: string): ReadDocument {
  const passages: Passage[] = [];
  let title: string | null = null;
  let section: readonly string[] = [];
  for (const block of text.split(/\r?\n[ \t]*(?:\r?\n)+/u)) {
    const flat = block
      .replace(/^\s*[=\-~*#_]{3,}\s*$/gmu, "")
      .replace(/\s+/gu, " ")
      .trim();
    if (flat === "" || looksLikeData(flat)) continue;
    const isHeading = flat.length < 80 && !/[.!?:;,…。！？]$/u.test(flat);
    if (!isHeading) passages.push({ kind: "paragraph", text: flat, section });
    else if (title === null && passages.length === 0) title = flat;
    else {
      section = [flat];
      passages.push({ kind: "heading", text: flat, section });
    }
  }
  return { title, passages, codeWords: new Set() };
}

/** Code, logs, tables, bare JSX: more signs than words would bring along. */
function looksLikeData(text: string): boolean {
  const signs = text.match(/[{}[\]<>=;|\\/$_*+#]/gu)?.length ?? 0;
  return signs > 3 && signs / text.length > 0.08;
}
