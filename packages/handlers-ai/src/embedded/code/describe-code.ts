import type { CodeEntityContent } from "@sluice/core";
import { inWords } from "../language/in-words.js";
import { withArticle } from "./english-verbs.js";
import { identifierWords } from "./identifier-words.js";
import type { CodeFacts } from "./read-code.js";
import { describeAction } from "./verb-phrases.js";

/** The first sentence for code without documentation. */
export function describeEntity(entity: CodeEntityContent, facts: CodeFacts): string {
  const { name, kind } = entity;
  const shape = shapeOf(kind);
  if (shape === "callable") return `${describeCallable(entity, facts)}.`;
  const words = wordsOfName(name).join(" ");
  const subject = `The ${plainKind(kind)} ${shown(name)}`;
  const members = describeMembers(kind, facts);
  if (facts.alternatives.length > 1) return `${subject} is one of ${inWords(facts.alternatives, 6)}.`;
  if (shape === "type" && facts.references.length > 0)
    return `${subject} is made from ${inWords(facts.references, 4)}.`;
  const does = [
    facts.extended.length > 0 ? `extends ${inWords(facts.extended, 3)}` : "",
    members === "" ? "" : `has ${members}`,
  ];
  const known = does.filter((part) => part !== "");
  if (known.length > 0) return `${subject} ${known.join(" and ")}.`;
  if (words === "") return `${subject} is declared in the ${placeOf(entity.path)}.`;
  return shape === "value"
    ? `${subject} holds the ${words}.`
    : `${subject} stands for ${withArticle(words)}.`;
}

/** A sentence on the particulars that the first one leaves out. Empty if nothing is known. */
export function describeDetails(entity: CodeEntityContent, facts: CodeFacts, isDocumented: boolean): string {
  const shape = shapeOf(entity.kind);
  if (shape === "callable") return describeBehaviour(entity, facts);
  if (shape === "value") return facts.calls.length > 0 ? `It is made with ${inWords(facts.calls, 3)}.` : "";
  const members = describeMembers(entity.kind, facts);
  return isDocumented && members !== "" ? `It has ${members}.` : "";
}

type Shape = "callable" | "class" | "record" | "enum" | "type" | "value";

export function shapeOf(kind: string): Shape {
  const plain = kind.toLowerCase();
  if (/func|method|constructor|getter|setter|accessor|arrow|procedure|macro|component|hook/u.test(plain))
    return "callable";
  if (/class|impl|object|mixin/u.test(plain)) return "class";
  if (/interface|trait|struct|protocol|record/u.test(plain)) return "record";
  if (/enum/u.test(plain)) return "enum";
  if (/type|alias|typedef/u.test(plain)) return "type";
  return "value";
}

function describeCallable(entity: CodeEntityContent, facts: CodeFacts): string {
  const { name, kind, container, language } = entity;
  const words = wordsOfName(name);
  const owner = container === null ? null : wordsOfName(container).join(" ") || null;
  const isScript = /script|[jt]sx?$/iu.test(language);
  if (
    /^(?:constructor|__init__|initialize)$/u.test(name) ||
    name === container ||
    /constructor/iu.test(kind)
  ) {
    return `Creates ${withArticle(shown(container ?? name))}`;
  }
  if (name === "main") return "Runs the program";
  const tested = testedWords(entity, words);
  if (tested !== null) return tested.length > 0 ? `Tests ${tested.join(" ")}` : "Tests the code around it";
  if (isScript && facts.rendersMarkup && /^[A-Z]/u.test(name))
    return `React component that renders the ${words.join(" ")}`;
  if (isScript && /^use[A-Z]/u.test(name)) return `React hook for the ${words.slice(1).join(" ")}`;
  if (/^__\w+__$/u.test(name))
    return `Implements the special method ${words.join(" ")}${owner === null ? "" : ` of the ${owner}`}`;
  if (/get(?:ter|_accessor)|property/iu.test(kind) && !/^(?:is|has|can|get)$/u.test(words[0] ?? ""))
    return `Returns the ${words.join(" ")}`;
  if (/set(?:ter|_accessor)/iu.test(kind)) return `Sets the ${words.join(" ")}`;
  const returnsValue =
    facts.returnsValue ||
    (facts.returnType !== null &&
      !/^(?:void|None|Promise<void>|\(\)|undefined|never)$/u.test(facts.returnType));
  const parameters = (facts.parameters ?? [])
    .map((parameter) => parameter.replace(/^[_$]+|[_$]+$/gu, ""))
    .filter((parameter) => parameter !== "");
  return describeAction({ words, parameters, returnsValue, owner, place: placeOf(entity.path) });
}

/** What a file is about, going by its name, or by that of its folder. */
function placeOf(path: string): string {
  const parts = path
    .split("/")
    .map((part) => wordsOfName(part.replace(/\.\w+$/u, "")).join(" "))
    .filter((part) => part !== "");
  const named = parts.filter((part) => !/^(?:index|main|mod|init|lib|src|app)$/iu.test(part));
  return named.at(-1) ?? "program";
}

/** The words behind `test`, for tests; `null` for everything else. */
function testedWords(
  { name, source, path }: CodeEntityContent,
  words: readonly string[],
): readonly string[] | null {
  const isTest =
    /^test(?:_|[A-Z])|^Test[A-Z]/u.test(name) || /@Test\b|#\[(?:\w+::)?test\b/u.test(source.slice(0, 2_000));
  if (!isTest || (/^test[A-Z]/u.test(name) && !/test|spec/iu.test(path))) return null;
  return words[0]?.toLowerCase() === "test" ? words.slice(1) : words;
}

function describeMembers(kind: string, { methods, fields }: CodeFacts): string {
  const shape = shapeOf(kind);
  if (shape === "value") return "";
  const named = [
    listOf("method", methods),
    methods.length < 4 ? listOf(shape === "enum" ? "value" : "field", fields) : "",
  ];
  return inWords(named.filter((part) => part !== ""));
}

function listOf(word: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `the ${word}${names.length === 1 ? "" : "s"} ${inWords(names, 5)}`;
}

function describeBehaviour({ container }: CodeEntityContent, facts: CodeFacts): string {
  const parameters = facts.parameters ?? [];
  const type = facts.returnType;
  const does = [
    parameters.length > 0 ? `takes ${inWords(parameters, 5)}` : "",
    facts.calls.length > 0 ? `calls ${inWords(facts.calls.slice(0, 4))}` : "",
    facts.creates.length > 0 && facts.calls.length < 3
      ? `creates ${inWords(facts.creates.slice(0, 2).map(withArticle))}`
      : "",
    type !== null && isTelling(type) ? `returns ${returned(type)}` : "",
    facts.throws.length > 0
      ? `can throw ${inWords(facts.throws.slice(0, 3))}`
      : facts.canThrow
        ? "can throw an error"
        : "",
  ].filter((part) => part !== "");
  const subject = container === null || container === "" ? "It" : `This method of ${shown(container)}`;
  if (does.length > 0) return `${subject} ${inWords(does)}.`;
  return container === null || container === "" ? "" : `It is a method of ${shown(container)}.`;
}

function isTelling(type: string): boolean {
  return (
    !/[&|{}()]|=>|\bis\b|^(?:void|None|any|unknown|never|undefined|Promise<void>|this|Self)$/u.test(type) &&
    type.length < 40
  );
}

function returned(type: string): string {
  const simple: Record<string, string> = {
    boolean: "a boolean",
    bool: "a boolean",
    string: "a string",
    str: "a string",
    String: "a string",
    number: "a number",
    int: "an integer",
    error: "an error",
  };
  const list =
    /^(?:readonly )?([\w.]+)\[\]$|^\[\]([\w.]+)$|^(?:Array|ReadonlyArray|List|Vec|list)[<[]([\w.]+)[>\]]$/u.exec(
      type,
    );
  if (list !== null) return `a list of ${list[1] ?? list[2] ?? list[3]}`;
  const [, outer = "", inner = ""] = /^([\w.]+)<(.+)>$/u.exec(type) ?? [];
  if (outer === "Promise") return `a promise of ${returned(inner)}`;
  if (inner !== "") return `${withArticle(outer)} of ${inner.replaceAll(",", " and")}`.replace(/\s+/gu, " ");
  return simple[type] ?? type.replace(/^[&*]+/u, "");
}

/** The words of a name, without leading signs and numbers alone. */
export function wordsOfName(name: string): string[] {
  return identifierWords(name).filter((word) => !/^\d+$/u.test(word));
}

function shown(name: string): string {
  const plain = name.replace(/[`*_[\]()<>|#\s]+/gu, (signs) => (/^_+$/u.test(signs) ? signs : " ")).trim();
  return plain === "" ? "without a name" : plain.slice(0, 80);
}

function plainKind(kind: string): string {
  return (
    kind
      .replace(/[^\p{L}]+/gu, " ")
      .replace(/\b(?:declaration|definition|item|specifier)\b/gu, "")
      .trim()
      .toLowerCase() || "entity"
  );
}
