import type { Node } from "web-tree-sitter";

/** A child of a body together with what stands before it and belongs to it. */
export interface Statement {
  readonly node: Node;
  /** The first of the decorators or attributes attached to the node, or the node itself. */
  readonly first: Node;
  /** The comment right before, without comment signs. */
  readonly documentation: string | null;
}

const ATTACHED = new Set(["decorator", "attribute_item"]);
const INNER_DOC = /^\/(\/|\*)!/;
const FILE_LEVEL =
  /copyright \(c\)|copyright \d{4}|SPDX-License|licensed under|@license|@fileoverview|@packageDocumentation|@module\b/i;
/** Comments for tools, by how their text begins. */
const DIRECTIVE =
  /^(eslint|biome-|oxlint|tslint|jshint|jslint|prettier-|@ts-|istanbul |c8 |v8 |webpack|@__|#__|#?(end)?region|@flow|go:|\+build|nolint|noqa|type: ?ignore|pylint|pragma|fmt:|mypy:|ruff:|-\*-|NOSONAR|!\/)/i;
const BANNER = /^[\s\-=*#~_/+]*$/;

/** The children of `body` that are not comments. A comment behind code on its line belongs to that code. */
export function* statementsOf(body: Node): Generator<Statement> {
  let comments: Node[] = [];
  let first: Node | null = null;
  let lastCodeRow = -1;
  for (const node of body.namedChildren) {
    if (node.type.endsWith("comment")) {
      if (node.startPosition.row !== lastCodeRow) comments.push(node);
      continue;
    }
    first ??= node;
    lastCodeRow = lastRow(node);
    if (ATTACHED.has(node.type)) continue;
    yield { node, first, documentation: documentationBefore(first, comments) };
    comments = [];
    first = null;
  }
}

/** One blank line may stand between comment and definition (as in express), none between line comments. */
function documentationBefore(definition: Node, comments: readonly Node[]): string | null {
  const lines: string[] = [];
  let row = definition.startPosition.row;
  for (const comment of comments.toReversed()) {
    const text = comment.text.trim();
    const isFar = row - lastRow(comment) > (lines.length === 0 ? 2 : 1);
    if (isFar || INNER_DOC.test(text) || FILE_LEVEL.test(text)) break;
    row = Math.min(row, comment.startPosition.row);
    if (text.startsWith("/*")) {
      if (lines.length > 0) break;
      const block = cleanBlock(text);
      if (DIRECTIVE.test(block)) continue;
      return orNull(block);
    }
    const line = text.replace(/^(\/\/+!?|#+)[ :]?/, "");
    if (!DIRECTIVE.test(line)) lines.unshift(line);
  }
  return orNull(tidyLines(lines));
}

/** The row of the last character; some grammars count the line break behind as part of the node. */
export function lastRow(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 && row > node.startPosition.row ? row - 1 : row;
}

function cleanBlock(comment: string): string {
  const inside = comment.replace(/^\/\*+!?/, "").replace(/\*+\/$/, "");
  return tidyLines(inside.split(/\r?\n/).map((line) => line.replace(/^\s*\*? ?/, "")));
}

/** A Python docstring without quotes and indentation (PEP 257). */
export function cleanDocstring(literal: string): string | null {
  const inside = literal.replace(/^[a-z]*("""|'''|"|')/i, "").replace(/("""|'''|"|')$/, "");
  const [head = "", ...rest] = inside.split(/\r?\n/);
  const depths = rest
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const depth = Math.min(...depths);
  return orNull(tidyLines([head.trimStart(), ...rest.map((line) => line.slice(depth))]));
}

/** Without banners (`-----`, `/// Parsing ///`) and without blank lines at both ends. */
function tidyLines(lines: readonly string[]): string {
  const kept = lines
    .filter((line) => line.trim() === "" || !BANNER.test(line))
    .map((line) => line.replace(/^\s*[=*#~/]{4,}\s*|\s*[-=*#~/]{4,}\s*$/g, "").trimEnd());
  return kept.join("\n").replace(/^\n+|\s+$/g, "");
}

function orNull(text: string): string | null {
  return /\p{L}/u.test(text) ? text : null;
}
