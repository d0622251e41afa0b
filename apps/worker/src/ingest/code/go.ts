import type { Node } from "web-tree-sitter";
import { type Statement, statementsOf } from "./documentation.js";
import type { CodeLanguage, Definition } from "./language.js";

function* findInBody(body: Node): Generator<Definition> {
  for (const { node, first, documentation } of statementsOf(body)) {
    const name = node.childForFieldName("name")?.text;
    const found = { first, last: node, documentation };
    if (node.type === "function_declaration" && name !== undefined) {
      yield { ...found, kind: "function", name, container: null };
    } else if (node.type === "method_declaration" && name !== undefined) {
      yield { ...found, kind: "method", name, container: receiverOf(node) };
    } else if (node.type === "type_declaration") {
      yield* findTypes(node, { node, first, documentation });
    } else if (node.type === "ERROR") {
      yield* findInBody(node);
    }
  }
}

/** `type T …` takes the whole declaration, each of `type ( … )` only its own lines. */
function* findTypes(declaration: Node, whole: Statement): Generator<Definition> {
  const isGroup = declaration.child(1)?.type === "(";
  for (const spec of statementsOf(declaration)) {
    const name = spec.node.childForFieldName("name")?.text;
    if (name === undefined) continue;
    const type = spec.node.childForFieldName("type")?.type;
    const kind = type === "struct_type" ? "struct" : type === "interface_type" ? "interface" : "type";
    const { node, first, documentation } = isGroup ? spec : whole;
    yield { kind, name, container: null, first, last: node, documentation };
  }
}

/** `Server` for `(s *Server[T])`. */
function receiverOf(method: Node): string | null {
  const receiver = method.childForFieldName("receiver");
  return receiver?.descendantsOfType("type_identifier")[0]?.text ?? null;
}

export const go: CodeLanguage = {
  name: "go",
  grammar: "tree-sitter-go.wasm",
  extensions: [".go"],
  findDefinitions: findInBody,
};
