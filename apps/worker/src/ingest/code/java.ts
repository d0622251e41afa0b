import type { Node } from "web-tree-sitter";
import { statementsOf } from "./documentation.js";
import { type CodeLanguage, type Definition, joinNames } from "./language.js";

const TYPES: Readonly<Record<string, string>> = {
  class_declaration: "class",
  interface_declaration: "interface",
  enum_declaration: "enum",
  record_declaration: "record",
  annotation_type_declaration: "annotation",
};
const MEMBERS: Readonly<Record<string, string>> = {
  method_declaration: "method",
  constructor_declaration: "constructor",
  compact_constructor_declaration: "constructor",
};

function* findInBody(body: Node, container: string | null): Generator<Definition> {
  for (const { node, first, documentation } of statementsOf(body)) {
    if (node.type === "enum_body_declarations" || node.type === "ERROR") {
      yield* findInBody(node, container);
      continue;
    }
    const name = node.childForFieldName("name")?.text;
    const kind = TYPES[node.type] ?? MEMBERS[node.type];
    if (name === undefined || kind === undefined) continue;
    yield { kind, name, container, first, last: node, documentation };
    const inside = node.type in TYPES ? node.childForFieldName("body") : null;
    if (inside !== null) yield* findInBody(inside, joinNames(container, name));
  }
}

export const java: CodeLanguage = {
  name: "java",
  grammar: "tree-sitter-java.wasm",
  extensions: [".java"],
  findDefinitions: (root) => findInBody(root, null),
};
