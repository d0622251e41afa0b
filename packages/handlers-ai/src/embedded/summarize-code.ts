import type { CodeEntityContent } from "@sluice/core";
import { rankPhrases, type WeightedText } from "./extract-keywords.js";
import { identifierWords } from "./identifier-words.js";
import { inWords } from "./in-words.js";
import { type CodeFacts, readCode } from "./read-code.js";
import { documentationSentences } from "./read-documentation.js";
import { describeAction, isVerb, withArticle } from "./verb-phrases.js";

const maxShort = 160;
const maxLong = 400;

/**
 * What a piece of code is or does, in one or two sentences, and its keywords: in the words of its documentation where
 * there is some, otherwise (and for the details) from its names, parameters, calls and errors.
 */
export function summarizeCode(entity: CodeEntityContent): { summary: string; keywords: string[] } {
  const facts = readCode(entity);
  const documented = documentationSentences(
    entity.documentation ?? leadingComment(entity.source),
    entity.name,
  );
  return { summary: summary(entity, facts, documented), keywords: keywords(entity, facts, documented) };
}

function summary(entity: CodeEntityContent, facts: CodeFacts, documented: readonly string[]): string {
  const [first, second] = documented;
  const details = describeDetails(entity, facts, first !== undefined);
  if (first === undefined)
    return [describeEntity(entity, facts), details].filter((part) => part !== "").join(" ");
  const next = second !== undefined && first.length + second.length < 2 * maxShort ? second : details;
  return next !== "" && first.length + next.length < maxLong ? `${first} ${next}` : first;
}

function leadingComment(source: string): string {
  return /^\s*(?:\/\*\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n\s*)+)/u.exec(source.slice(0, 6_000))?.[0] ?? "";
}

type Shape = "callable" | "class" | "record" | "enum" | "type" | "value";

function shapeOf(kind: string): Shape {
  const plain = kind.toLowerCase();
  if (/func|method|constructor|getter|setter|accessor|arrow|procedure|macro|component|hook/u.test(plain))
    return "callable";
  if (/class|impl|object|mixin/u.test(plain)) return "class";
  if (/interface|trait|struct|protocol|record/u.test(plain)) return "record";
  if (/enum/u.test(plain)) return "enum";
  if (/type|alias|typedef/u.test(plain)) return "type";
  return "value";
}

/** The first sentence for code without documentation. */
function describeEntity(entity: CodeEntityContent, facts: CodeFacts): string {
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

/** A sentence on the particulars that the first one leaves out. Empty if nothing is known. */
function describeDetails(entity: CodeEntityContent, facts: CodeFacts, isDocumented: boolean): string {
  const shape = shapeOf(entity.kind);
  if (shape === "callable") return describeBehaviour(entity, facts);
  if (shape === "value") return facts.calls.length > 0 ? `It is made with ${inWords(facts.calls, 3)}.` : "";
  const members = describeMembers(entity.kind, facts);
  return isDocumented && members !== "" ? `It has ${members}.` : "";
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
  if (outer === "Promise") return `a promise of ${(simple[inner] ?? inner).replace(/^an? /u, "")}`;
  if (inner !== "") return `${withArticle(outer)} of ${inner.replaceAll(",", " and")}`.replace(/\s+/gu, " ");
  return simple[type] ?? type.replace(/^[&*]+/u, "");
}

/** The words of a name, without leading signs and numbers alone. */
function wordsOfName(name: string): string[] {
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

function keywords(entity: CodeEntityContent, facts: CodeFacts, documented: readonly string[]): string[] {
  const apart = (names: readonly string[]) => names.map((name) => identifierWords(name).join(" ")).join("\n");
  const title = apart([entity.name]);
  const members = [...facts.methods, ...facts.fields, ...facts.alternatives];
  const texts: WeightedText[] = [
    { text: title, weight: 4 },
    { text: documented.slice(0, 3).map(withoutVerb).join("\n"), weight: 3 },
    { text: apart([entity.container ?? ""]), weight: 2 },
    { text: apart(members.slice(0, 20)), weight: 1.5 },
    {
      text: apart([
        ...facts.creates,
        ...facts.throws,
        ...facts.calls.slice(0, 12),
        ...facts.references,
        ...typesIn(facts.returnType),
      ]),
      weight: 1,
    },
    { text: apart(facts.parameters ?? []), weight: 1 },
  ];
  const found = rankPhrases(texts, { title });
  return found.length >= 3
    ? found
    : [...new Set([...found, ...nameWords(entity.name, found), ...placeWords(entity, found)])].slice(0, 3);
}

function typesIn(type: string | null): string[] {
  return (
    type
      ?.match(/\b[A-Z]\w{3,}/gu)
      ?.filter(
        (name) =>
          !/^(?:Promise|Array|Readonly\w*|Record|Partial|Map|Set|String|None|Optional|List|Dict)$/u.test(
            name,
          ),
      ) ?? []
  );
}

/** The name itself, for one that is made of words which say little each: `job id`. */
function nameWords(name: string, known: readonly string[]): string[] {
  const words = wordsOfName(name).filter(
    (word, place) => place > 0 || !(isVerb(word) || /^(?:is|has|to|from|can)$/u.test(word)),
  );
  return words.length > 1 && words.length < 4 && known.length === 0 ? [words.join(" ")] : [];
}

/** Comments begin with what the code does: "Parses the header." is about headers. */
function withoutVerb(sentence: string): string {
  return sentence.replace(/^\p{L}+(?=\s)/u, (word) =>
    isVerb(word) || isVerb(word.replace(/e?s$/u, "")) || isVerb(word.replace(/s$/u, "")) ? "" : word,
  );
}

/** The name of the file and of its folder, for code that says too little by itself. */
function placeWords({ path, language }: CodeEntityContent, known: readonly string[]): string[] {
  const places = path
    .split("/")
    .reverse()
    .map((part) => part.replace(/\..*$/u, ""));
  const phrases = places.map((place) => identifierWords(place).join(" ")).join("\n");
  const ranked = rankPhrases([{ text: phrases, weight: 1 }], { title: null });
  const isNew = (word: string) => !known.some((other) => other.toLowerCase().includes(word.toLowerCase()));
  return [...ranked, language].filter((word) => word !== "" && isNew(word));
}
