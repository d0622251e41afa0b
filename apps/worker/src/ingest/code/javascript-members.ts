import type { Node } from "web-tree-sitter";
import { statementsOf } from "./documentation.js";
import { type Definition, joinNames, tidyName } from "./language.js";

/** What a definition inherits from the statement it is in. */
export type Scope = Pick<Definition, "container" | "first" | "last" | "documentation">;

const FUNCTIONS = new Set(["arrow_function", "function_expression", "generator_function"]);
const SIGNATURES = new Set(["method_signature", "abstract_method_signature"]);

export function isFunctionValue(node: Node | null): boolean {
  return node !== null && FUNCTIONS.has(node.type);
}

export function* findClass(node: Node, name: string, scope: Scope): Generator<Definition> {
  yield { ...scope, kind: "class", name };
  const body = node.childForFieldName("body");
  if (body !== null) yield* findMembers(body, joinNames(scope.container, name));
}

/** Methods in a class body or an object literal, fields and properties that hold a function among them. */
export function* findMembers(body: Node, container: string | null): Generator<Definition> {
  for (const { node, first, documentation } of statementsOf(body)) {
    const key =
      node.childForFieldName("name") ?? node.childForFieldName("property") ?? node.childForFieldName("key");
    if (key === null) continue;
    const name = tidyName(key.type === "string" ? key.text.slice(1, -1) : key.text);
    const member = { name, container, first, last: node, documentation };
    if (node.type === "method_definition") {
      yield { ...member, kind: methodKind(node, name) };
    } else if (SIGNATURES.has(node.type)) {
      yield { ...member, kind: "method", isSignature: node.type === "method_signature" };
    } else if (isFunctionValue(node.childForFieldName("value"))) {
      yield { ...member, kind: "method" };
    }
  }
}

function methodKind(node: Node, name: string): string {
  if (node.children.some((child) => child.type === "get")) return "getter";
  if (node.children.some((child) => child.type === "set")) return "setter";
  return name === "constructor" ? "constructor" : "method";
}
