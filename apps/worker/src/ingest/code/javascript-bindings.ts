import type { Node } from "web-tree-sitter";
import { findClass, findMembers, isFunctionValue, type Scope } from "./javascript-members.js";
import { type Definition, joinNames } from "./language.js";

/** What a value is bound to. Without a name it is the module itself: `module.exports = …`. */
interface Binding {
  readonly name: string | null;
  readonly isMember: boolean;
}

/** `const f = () => …, g = class …`: one name alone takes the whole statement with its comment. */
export function* findDeclared(declaration: Node, scope: Scope): Generator<Definition> {
  const declarators = declaration.namedChildren.filter((child) => child.type === "variable_declarator");
  for (const declarator of declarators) {
    const name = declarator.childForFieldName("name");
    const value = declarator.childForFieldName("value");
    if (name?.type !== "identifier" || value === null) continue;
    const own = { ...scope, first: declarator, last: declarator, documentation: null };
    yield* findBound(value, { name: name.text, isMember: false }, declarators.length === 1 ? scope : own);
  }
}

/** `exports.f = …`, `module.exports = …`, `Queue.prototype.push = …`, `app.use = …`, and chains of these. */
export function* findAssigned(assignment: Node, scope: Scope): Generator<Definition> {
  let value = assignment;
  for (let next: Node | null = value; next?.type === "assignment_expression"; ) {
    next = next.childForFieldName("right");
    value = next ?? value;
  }
  const target = dottedNames(assignment.childForFieldName("left"));
  if (target === null) return;
  const exported = target[0] === "module" && target[1] === "exports" ? 2 : target[0] === "exports" ? 1 : 0;
  const names = target.slice(exported);
  if (names.at(-1) === "prototype" && value.type === "object") {
    yield* findMembers(value, names.slice(0, -1).reduce(joinNames, scope.container));
    return;
  }
  const owners = names.slice(0, -1).filter((name) => name !== "prototype");
  const container = owners.reduce(joinNames, scope.container);
  yield* findBound(
    value,
    { name: names.at(-1) ?? null, isMember: owners.length > 0 },
    { ...scope, container },
  );
}

/** The definition that a value is, once something is bound to it. */
export function* findBound(bound: Node, { name, isMember }: Binding, scope: Scope): Generator<Definition> {
  const value = stripParentheses(bound);
  const label = name ?? value.childForFieldName("name")?.text ?? "module.exports";
  if (isFunctionValue(value)) {
    yield { ...scope, kind: isMember ? "method" : "function", name: label };
  } else if (value.type === "class") {
    yield* findClass(value, label, scope);
  } else if (value.type === "object") {
    yield* findMembers(value, name === null ? scope.container : joinNames(scope.container, name));
  } else if (value.type === "call_expression" && functionBodies(value).length > 0) {
    yield { ...scope, kind: "constant", name: label };
  }
}

/** The blocks of the functions that a call is given: `memo(() => { … })`, `create((set) => { … })`. */
export function functionBodies(call: Node): Node[] {
  const given = call.childForFieldName("arguments")?.namedChildren ?? [];
  return given.filter(isFunctionValue).flatMap((node) => blockOf(node) ?? []);
}

/** The block of a function; `null` when it is a mere expression. */
export function blockOf(functionValue: Node): Node | null {
  const body = functionValue.childForFieldName("body");
  return body?.type === "statement_block" ? body : null;
}

/** Without parentheses and type assertions around it. */
export function stripParentheses(node: Node): Node {
  const isWrapper = /^(parenthesized|as|satisfies|non_null)_expression$/.test(node.type);
  const inner = isWrapper ? node.namedChild(0) : null;
  return inner === null ? node : stripParentheses(inner);
}

/** `["app", "use"]` for `app.use`; `null` when a part is computed. */
function dottedNames(target: Node | null): string[] | null {
  if (target?.type === "identifier" || target?.type === "this") return [target.text];
  if (target?.type !== "member_expression") return null;
  const owner = dottedNames(target.childForFieldName("object"));
  const property = target.childForFieldName("property");
  return owner === null || property === null ? null : [...owner, property.text];
}
