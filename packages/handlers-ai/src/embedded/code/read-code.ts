import type { CodeEntityContent } from "@sluice/core";
import { escapeForRegExp, unique } from "./code-text.js";
import { familyOf, type LanguageFamily, maskCode } from "./mask-code.js";
import { callsIn, ordinaryNames } from "./read-calls.js";
import { membersOf } from "./read-members.js";
import { findSignature, parameterNames, returnTypeOf, splitTopLevel } from "./read-signature.js";

/** What can be seen of a piece of code without really parsing it. Every part may be missing. */
export interface CodeFacts {
  /** Names of the parameters, `null` when no list of parameters was found. */
  readonly parameters: readonly string[] | null;
  /** As written, `null` when there is none or it is too long to tell. */
  readonly returnType: string | null;
  readonly returnsValue: boolean;
  readonly calls: readonly string[];
  /** Classes that it makes instances of. */
  readonly creates: readonly string[];
  /** Names of the errors; empty when it throws none, or none that has a name. */
  readonly throws: readonly string[];
  readonly canThrow: boolean;
  readonly extended: readonly string[];
  /** Of a class, an interface, a struct, an enum or a type: public ones, in order. */
  readonly methods: readonly string[];
  readonly fields: readonly string[];
  /** Of a union type: what it may be. */
  readonly alternatives: readonly string[];
  /** Of a type: the other types that it is made of. */
  readonly references: readonly string[];
  readonly rendersMarkup: boolean;
}

/** More is not looked at. */
const maxCharacters = 20_000;

/** Reads a code entity by patterns; broken source costs facts, never an exception. */
export function readCode({
  source,
  name,
  language,
}: Pick<CodeEntityContent, "source" | "name" | "language">): CodeFacts {
  const family = familyOf(language);
  const raw = source.slice(0, maxCharacters);
  const code = maskCode(raw, family);
  const signature = findSignature(code, name);
  const body = signature === null ? code : code.slice(signature.close + 1);
  const thrown = [...code.matchAll(/\b(?:throw\s+new|throw|raise|throws)\s+([A-Z]\w*)(?![\w.])/gu)].map(
    (found) => found[1] ?? "",
  );
  const created = [...body.matchAll(/\bnew\s+([A-Z]\w*)/gu)].map((found) => found[1] ?? "");
  return {
    parameters:
      signature === null ? null : parameterNames(code.slice(signature.open + 1, signature.close), family),
    returnType: returnTypeOf(code, signature, name, family),
    returnsValue:
      /\breturn\s+[^\s;}]/u.test(body) ||
      /\byield\b/u.test(body) ||
      /=>\s*[^\s{]/u.test(body) ||
      family === "rust",
    calls: unique(callsIn(body, name)).filter((call) => !thrown.includes(call)),
    creates: unique(created.filter((found) => !thrown.includes(found) && !ordinaryNames.has(found))),
    throws: unique(thrown),
    canThrow: /\b(?:throw|raise)\b|\bpanic!/u.test(code),
    extended: extendedBy(code, name),
    ...membersOf(code, name, family),
    alternatives: alternativesOf(raw, family),
    references: referencesOf(code, name, family),
    rendersMarkup:
      family === "script" &&
      /(?:return|=>|\(|\?|&&)\s*\(?\s*<(?:[A-Za-z][\w.]*(?:\s+[\w-]+(?:=|\s|\/?>)|\s*\/?>)|>)/u.test(code),
  };
}

function extendedBy(code: string, name: string): string[] {
  const head = code.slice(0, Math.max(0, code.search(/[{:]\s*$/mu)) || 300).slice(0, 400);
  const clause = /\b(?:extends|implements)\s+([^{]+)/u.exec(head)?.[1];
  const bases = new RegExp(`class\\s+${escapeForRegExp(name)}\\s*\\(([^)]*)\\)`, "u").exec(code)?.[1];
  const listed = clause?.split(/\bimplements\b|,/u) ?? (bases === undefined ? [] : splitTopLevel(bases));
  return unique(
    listed
      .map((base) => /^[\p{L}\p{N}_$.]+/u.exec(base.trim())?.[0] ?? "")
      .filter((base) => base !== "" && base !== "object" && !base.includes("=")),
  );
}

/** The parts of a union type, as long as they are plain names or strings. */
function alternativesOf(raw: string, family: LanguageFamily): string[] {
  if (family !== "script" || !/^\s*(?:export\s+)?(?:declare\s+)?type\b/u.test(raw)) return [];
  const union = /^[^=]*=\s*\|?\s*([^=;{}()]+);?\s*$/u.exec(raw)?.[1] ?? "";
  const parts = union
    .replace(/\/\/.*|\/\*[\s\S]*?\*\//gu, " ")
    .split("|")
    .map((part) => part.trim().replace(/^["'](.*)["']$/u, "$1"));
  return parts.length > 1 && parts.every((part) => /^[\w$.:-]+(?:<[\w$., ]*>)?(?:\[\])?$/u.test(part))
    ? unique(parts)
    : [];
}

/** The named types that a type is made of. */
function referencesOf(code: string, name: string, family: LanguageFamily): string[] {
  const right = family === "script" ? /=([\s\S]*)$/u.exec(code)?.[1] : undefined;
  const found = [...(right ?? "").matchAll(/(?<![\w$.])[A-Z][\w$]*[a-z][\w$]*/gu)].map(([type]) => type);
  return unique(found.filter((type) => type !== name && !ordinaryNames.has(type)));
}
