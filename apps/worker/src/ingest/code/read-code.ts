import type { CodeEntityContent } from "@sluice/core";
import type { Node } from "web-tree-sitter";
import type { FileEvent } from "../ingest-event.js";
import { createIdMaker } from "../unique-id.js";
import { lastRow } from "./documentation.js";
import { go } from "./go.js";
import { java } from "./java.js";
import { javascript, tsx, typescript } from "./javascript.js";
import { type CodeLanguage, type Definition, joinNames } from "./language.js";
import { firstErrorLine, isWhole, parseCode } from "./parse-code.js";
import { python } from "./python.js";
import { rust } from "./rust.js";

const LANGUAGES: readonly CodeLanguage[] = [javascript, typescript, tsx, python, go, rust, java];
const BY_EXTENSION = new Map(
  LANGUAGES.flatMap((language) => language.extensions.map((it) => [it, language])),
);

/** Lines over this length are not written by hand; where they are most of a file, it is a bundle or a table of data. */
const LONG_LINE = 5_000;

/** The language of a file by its extension (`.ts`), if it is one that we read. */
export function languageOf(extension: string): CodeLanguage | undefined {
  return BY_EXTENSION.get(extension);
}

/** The definitions in a source file; where it does not parse, those that are whole, and a warning. */
export async function readCode(path: string, text: string, language: CodeLanguage): Promise<FileEvent[]> {
  const longLines = text.split("\n").filter((line) => line.length > LONG_LINE);
  if (longLines.reduce((total, line) => total + line.length, 0) > text.length / 2) {
    const message = `${path} looks minified or generated: most of it is in lines of over ${LONG_LINE} characters`;
    return [{ kind: "skipped", path, reason: "minified", message }];
  }
  const events = await parseCode(text, language, (root) => readTree(root, path, text, language));
  const message = `${path} takes too long to parse as ${language.name}; it is probably not that`;
  return events ?? [{ kind: "skipped", path, reason: "too_slow", message }];
}

function readTree(root: Node, path: string, text: string, language: CodeLanguage): FileEvent[] {
  const events: FileEvent[] = [];
  const makeId = createIdMaker();
  for (const definition of language.findDefinitions(root)) {
    if (!isWhole(definition.first) || !isWhole(definition.last)) continue;
    const id = makeId(`${path}#${joinNames(definition.container, definition.name)}`);
    const content = toContent(definition, path, text, language.name);
    events.push({ kind: "target", target: { ref: { type: "code_entity", id }, content } });
  }
  const line = firstErrorLine(root);
  if (line !== null) {
    const message = `${path}:${line} was not understood as ${language.name}, at least not by tree-sitter's grammar; the ${events.length} definitions that are whole were read`;
    events.push({ kind: "warning", path, reason: "syntax_error", line, message });
  }
  return events;
}

function toContent(definition: Definition, path: string, text: string, language: string): CodeEntityContent {
  const { kind, name, container, first, last, documentation } = definition;
  return {
    type: "code_entity",
    kind,
    name,
    container,
    language,
    path,
    startLine: first.startPosition.row + 1,
    endLine: lastRow(last) + 1,
    documentation,
    source: text.slice(first.startIndex, last.endIndex).trimEnd(),
  };
}
