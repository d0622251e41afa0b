import type { Node } from "web-tree-sitter";

/** A definition as it stands in the tree. */
export interface Definition {
  /** As its language calls it. */
  readonly kind: string;
  readonly name: string;
  /** The class or similar around it, dotted when nested. */
  readonly container: string | null;
  /** Its first and last node: from the decorator, attribute, export or first overload to its end. */
  readonly first: Node;
  readonly last: Node;
  readonly documentation: string | null;
  /** An overload: it announces a definition of the same name that follows. */
  readonly isSignature?: boolean;
}

export interface CodeLanguage {
  readonly name: string;
  /** A file of `@vscode/tree-sitter-wasm`, without folder. */
  readonly grammar: string;
  readonly extensions: readonly string[];
  /** Top-level definitions and the members of classes; functions inside functions are part of those. */
  findDefinitions(root: Node): Iterable<Definition>;
}

/** `outer.inner`, where either may be missing. */
export function joinNames(outer: string | null, inner: string): string {
  return outer === null ? inner : `${outer}.${inner}`;
}

/** One line, short enough for an id: names can be strings or computed expressions. */
export function tidyName(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 120);
}
