import type { Node } from "web-tree-sitter";
import { statementsOf } from "./documentation.js";
import { type CodeLanguage, type Definition, joinNames } from "./language.js";

const KINDS: Readonly<Record<string, string>> = {
  struct_item: "struct",
  enum_item: "enum",
  union_item: "union",
  trait_item: "trait",
  type_item: "type",
  macro_definition: "macro",
};

interface Surroundings {
  readonly container: string | null;
  /** Functions of an `impl` or a `trait` are methods, those of a module are not. */
  readonly isType: boolean;
}

function* findInBody(body: Node, around: Surroundings): Generator<Definition> {
  const { container, isType } = around;
  for (const { node, first, documentation } of statementsOf(body)) {
    const name = node.childForFieldName("name")?.text ?? "";
    const found = { name, container, first, last: node, documentation };
    const inside = node.childForFieldName("body");
    const kind = KINDS[node.type];
    if (kind !== undefined && !(isType && kind === "type")) yield { ...found, kind };
    switch (node.type) {
      case "function_item":
      case "function_signature_item":
        yield { ...found, kind: isType ? "method" : "function" };
        break;
      case "trait_item":
      case "mod_item":
        if (inside === null) break;
        yield* findInBody(inside, {
          container: joinNames(container, name),
          isType: node.type === "trait_item",
        });
        break;
      case "impl_item":
        if (inside === null) break;
        yield* findInBody(inside, { container: joinNames(container, implementedType(node)), isType: true });
        break;
      case "foreign_mod_item":
        if (inside !== null) yield* findInBody(inside, around);
        break;
      case "ERROR":
        yield* findInBody(node, around);
    }
  }
}

/** `Store` for `impl<T> Iterator for crate::store::Store<T>`. */
function implementedType(node: Node): string {
  let type = node.childForFieldName("type");
  if (type?.type === "generic_type") type = type.childForFieldName("type");
  if (type?.type === "scoped_type_identifier") type = type.childForFieldName("name");
  return type?.text.replaceAll(/\s+/g, " ") ?? "impl";
}

export const rust: CodeLanguage = {
  name: "rust",
  grammar: "tree-sitter-rust.wasm",
  extensions: [".rs"],
  findDefinitions: (root) => findInBody(root, { container: null, isType: false }),
};
