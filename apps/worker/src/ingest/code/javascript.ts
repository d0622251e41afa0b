import type { Node } from "web-tree-sitter";
import { statementsOf } from "./documentation.js";
import {
  blockOf,
  findAssigned,
  findBound,
  findDeclared,
  functionBodies,
  stripParentheses,
} from "./javascript-bindings.js";
import { findClass, isFunctionValue, type Scope } from "./javascript-members.js";
import { type CodeLanguage, type Definition, joinNames, tidyName } from "./language.js";

const KINDS: Readonly<Record<string, string>> = {
  function_declaration: "function",
  generator_function_declaration: "function",
  function_signature: "function",
  interface_declaration: "interface",
  enum_declaration: "enum",
  type_alias_declaration: "type",
};

function* findInBody(body: Node, container: string | null): Generator<Definition> {
  for (const { node, first, documentation } of statementsOf(body)) {
    yield* findInStatement(node, { container, first, last: node, documentation });
  }
}

function* findInStatement(node: Node, scope: Scope): Generator<Definition> {
  const name = tidyName(node.childForFieldName("name")?.text ?? "default");
  const kind = KINDS[node.type];
  if (kind !== undefined) {
    yield { ...scope, kind, name, isSignature: node.type === "function_signature" };
    return;
  }
  switch (node.type) {
    case "class_declaration":
    case "abstract_class_declaration":
    case "class":
      yield* findClass(node, name, scope);
      return;
    case "export_statement": {
      const exported = node.childForFieldName("declaration") ?? node.childForFieldName("value");
      if (exported !== null) yield* findExported(exported, scope);
      return;
    }
    case "ambient_declaration":
    case "expression_statement": {
      const inner = node.namedChildren.at(-1);
      if (inner !== undefined) yield* findInStatement(inner, scope);
      return;
    }
    case "lexical_declaration":
    case "variable_declaration":
      yield* findDeclared(node, scope);
      return;
    case "assignment_expression":
      yield* findAssigned(node, scope);
      return;
    case "internal_module":
    case "module": {
      const body = node.childForFieldName("body");
      if (body !== null) yield* findInBody(body, joinNames(scope.container, name.replaceAll(/["']/g, "")));
      return;
    }
    case "call_expression":
      for (const body of wrapperBodies(node)) yield* findInBody(body, scope.container);
      return;
    case "ERROR":
      yield* findInBody(node, scope.container);
  }
}

/** What `export default` exports may have no name: it is called `default`, unless it is next to nothing. */
function* findExported(exported: Node, scope: Scope): Generator<Definition> {
  const value = stripParentheses(exported);
  const name = value.childForFieldName("name")?.text;
  const isOneLine = scope.first.startPosition.row === scope.last.endPosition.row;
  if (isFunctionValue(value) && name === undefined && isOneLine) return;
  if (value.type === "object") yield* findBound(value, { name: null, isMember: false }, scope);
  else if (isFunctionValue(value) || value.type === "call_expression") {
    yield* findBound(value, { name: name ?? "default", isMember: false }, scope);
  } else yield* findInStatement(value, scope);
}

/** Modules wrapped in a function, `(function () { … })()` and `define([…], function () { … })`, are read as if bare. */
function wrapperBodies(call: Node): Node[] {
  const callee = call.childForFieldName("function");
  if (callee === null) return [];
  const wrapper = stripParentheses(callee);
  if (!isFunctionValue(wrapper)) return callee.text === "define" ? functionBodies(call) : [];
  const own = blockOf(wrapper);
  return [...(own === null ? [] : [own]), ...functionBodies(call)];
}

/** Overloads and what they announce become one definition, from the first of them to the end of the last. */
function* foldOverloads(definitions: Iterable<Definition>): Generator<Definition> {
  let open: Definition | null = null;
  for (const next of definitions) {
    if (open?.isSignature === true && open.name === next.name && open.container === next.container) {
      open = { ...next, first: open.first, documentation: open.documentation ?? next.documentation };
    } else {
      if (open !== null) yield open;
      open = next;
    }
  }
  if (open !== null) yield open;
}

function language(name: string, grammar: string, extensions: readonly string[]): CodeLanguage {
  return { name, grammar, extensions, findDefinitions: (root) => foldOverloads(findInBody(root, null)) };
}

export const javascript = language("javascript", "tree-sitter-javascript.wasm", [
  ".js",
  ".mjs",
  ".cjs",
  ".jsx",
]);
export const typescript = language("typescript", "tree-sitter-typescript.wasm", [".ts", ".mts", ".cts"]);
export const tsx = language("tsx", "tree-sitter-tsx.wasm", [".tsx"]);
