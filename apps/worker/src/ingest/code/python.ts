import type { Node } from "web-tree-sitter";
import { cleanDocstring, statementsOf } from "./documentation.js";
import { type CodeLanguage, type Definition, joinNames } from "./language.js";

/** Statements whose blocks run where they stand: definitions in them are defined for those around. */
const TRANSPARENT =
  /^(if|try|with|for|while|match)_statement$|^(elif|else|except|except_group|finally|case)_clause$|^(block|ERROR)$/;

function* findInBody(body: Node, container: string | null): Generator<Definition> {
  for (const { node, documentation } of statementsOf(body)) {
    if (TRANSPARENT.test(node.type)) {
      yield* findInBody(node, container);
      continue;
    }
    const definition = node.type === "decorated_definition" ? node.childForFieldName("definition") : node;
    const name = definition?.childForFieldName("name")?.text;
    const inside = definition?.childForFieldName("body");
    if (name === undefined || !inside) continue;
    const found = {
      name,
      container,
      first: node,
      last: node,
      documentation: docstringOf(inside) ?? documentation,
    };
    if (definition?.type === "function_definition") {
      yield { ...found, kind: container === null ? "function" : "method" };
    } else if (definition?.type === "class_definition") {
      yield { ...found, kind: "class" };
      yield* findInBody(inside, joinNames(container, name));
    }
  }
}

function docstringOf(body: Node): string | null {
  const first = body.namedChildren.find((child) => child.type !== "comment");
  const literal = first?.type === "expression_statement" ? first.namedChild(0) : first;
  return literal?.type === "string" ? cleanDocstring(literal.text) : null;
}

export const python: CodeLanguage = {
  name: "python",
  grammar: "tree-sitter-python.wasm",
  extensions: [".py", ".pyi"],
  findDefinitions: (root) => findInBody(root, null),
};
