import { escapeForRegExp, unique } from "./code-text.js";
import type { LanguageFamily } from "./mask-code.js";

export interface Signature {
  /** Where the parameters begin and end: the places of the brackets. */
  readonly open: number;
  readonly close: number;
}

/** The list of parameters behind a name, or the first brackets of a function without one. */
export function findSignature(code: string, name: string): Signature | null {
  const escaped = escapeForRegExp(name);
  const named = new RegExp(
    `(?<![\\p{L}\\p{N}_$.])${escaped}\\s*(?:<[^()]{0,200}>)?\\s*(?::[^=()]{1,200})?(?:[:=]\\s*(?:async\\s*)?(?:function\\s*\\*?\\s*[\\w$]*\\s*)?(?:<[^()]{0,200}>)?\\s*)?\\(`,
    "u",
  ).exec(code);
  const bare = new RegExp(`${escaped}\\s*=\\s*(?:async\\s+)?([\\w$]+)\\s*=>`, "u").exec(code);
  if (named === null && bare !== null) {
    const open = bare.index + bare[0].lastIndexOf(bare[1] ?? "") - 1;
    return { open, close: open + 1 + (bare[1] ?? "").length };
  }
  const open = named === null ? code.indexOf("(") : named.index + named[0].length - 1;
  if (open === -1 || (named === null && open > 200)) return null;
  let depth = 0;
  for (let place = open; place < code.length; place += 1) {
    if (code[place] === "(") depth += 1;
    if (code[place] === ")") depth -= 1;
    if (depth === 0) return { open, close: place };
  }
  return null;
}

/** Cuts at the commas that are outside all brackets. */
export function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place] ?? "";
    if ("([{<".includes(sign)) depth += 1;
    if (")]}".includes(sign) || (sign === ">" && text[place - 1] !== "=" && text[place - 1] !== "-"))
      depth -= 1;
    if (sign === "," && depth <= 0) {
      parts.push(part.trim());
      part = "";
    } else part += sign;
  }
  parts.push(part.trim());
  return parts.filter((found) => found !== "");
}

/** Names from a list of parameters; those of the fields where one is taken apart; never `self` or `this`. */
export function parameterNames(list: string, family: LanguageFamily): string[] {
  const parts = splitTopLevel(list);
  const named = parts.flatMap((part) => {
    if (family === "script" && part.startsWith("{")) {
      const inner = /^\{([\s\S]*?)\}/u.exec(part)?.[1] ?? "";
      return splitTopLevel(inner).map((field) => /^(?:\.\.\.)?\s*([\w$]+)/u.exec(field)?.[1] ?? "");
    }
    if (family === "java") return /([\w$]+)\s*(?:\[\])?$/u.exec(part)?.[1] ?? "";
    if (family === "go" && !/\s/u.test(part) && !parts.some((other) => /\s/u.test(other))) return "";
    const bare = part.replace(
      /^(?:@\w+(?:\([^)]*\))?\s*)*(?:(?:public|private|protected|readonly|override|mut|ref)\s+)*[*.&\s]*/u,
      "",
    );
    return /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(bare)?.[0] ?? "";
  });
  return unique(named.filter((found) => found !== "" && !/^(?:self|cls|this|_+|mut|final)$/u.test(found)));
}

/** The declared type of the result, if there is one and it is short. */
export function returnTypeOf(
  code: string,
  signature: Signature | null,
  name: string,
  family: LanguageFamily,
): string | null {
  if (signature === null) return null;
  const behind = code.slice(signature.close + 1, signature.close + 300);
  const patterns: Record<Exclude<LanguageFamily, "java">, RegExp> = {
    script: /^\s*:\s*([^{}=;]+?)\s*(?:\{|=>|;|$)/u,
    python: /^\s*->\s*([^:]+?)\s*:/u,
    go: /^\s*([^{]+?)\s*(?:\{|$)/u,
    rust: /^\s*->\s*([^{;]+?)\s*(?:\bwhere\b|\{|;|$)/u,
  };
  const found =
    family === "java"
      ? /([\w$<>[\], ?]+)\s+[\w$]+\s*$/u
          .exec(code.slice(0, code.indexOf(`${name}`)) + name)?.[1]
          ?.replace(
            /\b(?:public|private|protected|static|final|abstract|synchronized|default|override)\b/gu,
            "",
          )
      : patterns[family].exec(behind)?.[1];
  const type = found?.replace(/\s+/gu, " ").trim() ?? "";
  return type === "" || type.length > 60 ? null : type;
}
