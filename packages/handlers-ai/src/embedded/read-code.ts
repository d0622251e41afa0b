import type { CodeEntityContent } from "@sluice/core";

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
  const code = squeeze(mask(raw, family), family);
  const signature = findSignature(code, name);
  const body = signature === null ? code : code.slice(signature.close + 1);
  const outline = outlineOf(code, family);
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
    calls: unique(callsIn(body, name)),
    creates: unique(created.filter((found) => !thrown.includes(found) && !ordinary.has(found))),
    throws: unique(thrown),
    canThrow: /\b(?:throw|raise)\b|\bpanic!/u.test(code),
    extended: extendedBy(code, name),
    ...membersOf(outline, name, family),
    alternatives: alternativesOf(raw, family),
    references: referencesOf(code, name, family),
    rendersMarkup:
      family === "script" &&
      /(?:return|=>|\(|\?|&&)\s*\(?\s*<(?:[A-Za-z][\w.]*(?:\s+[\w-]+(?:=|\s|\/?>)|\s*\/?>)|>)/u.test(code),
  };
}

type Family = "script" | "python" | "go" | "rust" | "java";

function familyOf(language: string): Family {
  const plain = language.toLowerCase();
  if (/^py/u.test(plain)) return "python";
  if (/^go/u.test(plain)) return "go";
  if (/^(?:rust|rs)/u.test(plain)) return "rust";
  return /^(?:java|kotlin|c#|csharp|c\+\+|cpp|c)$/u.test(plain) ? "java" : "script";
}

const masks: Record<Family, RegExp> = {
  script:
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:;!&|?[{}]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/gu,
  python: /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|#.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu,
  go: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`/gu,
  rust: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\\n])'/gu,
  java: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu,
};

/** Comments become blanks and strings empty, so that nothing in them is taken for code. */
function mask(source: string, family: Family): string {
  return source.replace(masks[family], (found) => (/^["'`]|^\/(?![*/])/u.test(found) ? '""' : " "));
}

/** Long runs of blanks would keep patterns busy; in Python, the ones at the beginning of lines mean something. */
function squeeze(code: string, family: Family): string {
  if (family === "python") return code.replace(/\n\s*\n/gu, "\n").replace(/(?<=\S)[^\S\n]+/gu, " ");
  return code.replace(/\s+/gu, (blanks) => (blanks.includes("\n") ? "\n" : " "));
}

interface Signature {
  /** Where the parameters begin and end: the places of the brackets. */
  readonly open: number;
  readonly close: number;
}

function findSignature(code: string, name: string): Signature | null {
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
function splitTopLevel(text: string): string[] {
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

function parameterNames(list: string, family: Family): string[] {
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

function returnTypeOf(
  code: string,
  signature: Signature | null,
  name: string,
  family: Family,
): string | null {
  if (signature === null) return null;
  const behind = code.slice(signature.close + 1, signature.close + 300);
  const patterns: Record<Exclude<Family, "java">, RegExp> = {
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

/** Names that every program calls: they say nothing about this one. */
const ordinary = new Set(
  `if else do with case for while switch catch function return typeof await new super match fn func def async import require constructor
  elif except with and or not in is lambda assert print println Printf Println Sprintf Errorf Fatalf Fatal Fprintf Error Close printf log warn debug info push pop shift unshift map filter
  forEach reduce some every find findIndex includes indexOf lastIndexOf slice splice concat join split replace replaceAll
  trim toLowerCase toUpperCase startsWith endsWith charAt charCodeAt at has get set add delete keys values entries flatMap
  toString valueOf String Number Boolean Array Object Symbol BigInt Map Set Promise Date RegExp Error isArray from of assign
  freeze call apply bind then finally resolve reject len range str int float dict list tuple set isinstance getattr
  hasattr setattr super append extend items format type repr sorted enumerate zip min max abs sum any all iter next open Some Ok Err None Box
  Vec vec unwrap expect clone to_string into iter collect as_ref as_str unwrap_or make cap copy panic string int64 byte
  error equals hashCode size length isEmpty contains defineProperty hasOwnProperty exec test parseInt parseFloat
  WeakMap WeakSet Proxy TypeError RangeError unknown expect it describe beforeEach afterEach sort reverse fill flat fromEntries
  format! println! vec! write! Self self cls object`
    .trim()
    .split(/\s+/u),
);

const builtIn =
  /^(?:Math|Number|Object|Array|String|JSON|Promise|Reflect|Date|Symbol|BigInt|Buffer|System|Atomics|Intl|console)$/u;

function callsIn(body: string, name: string): string[] {
  const called = [
    ...body.matchAll(
      /(?<![\p{L}\p{N}_$])((?:[\p{L}_$][\p{L}\p{N}_$]*(?:\?\.|\.|::))*)([\p{L}_$][\p{L}\p{N}_$]*)!?\s*(?:<[^()<>]{0,60}>)?\(/gu,
    ),
  ];
  return called.flatMap(([whole, path = "", last = ""], place) => {
    const before = body.slice(Math.max(0, (called[place]?.index ?? 0) - 10), called[place]?.index ?? 0);
    if (
      last === name ||
      last.length < 3 ||
      ordinary.has(last) ||
      /\b(?:new|function|def|func|fn)\s+$/u.test(before)
    )
      return [];
    const owner = /([\p{L}_$][\p{L}\p{N}_$]*)(?:\?\.|\.|::)$/u.exec(path)?.[1];
    if (owner !== undefined && builtIn.test(owner)) return [];
    return whole.length > 60
      ? []
      : [owner !== undefined && /^[A-Z][A-Za-z]+$/u.test(owner) ? `${owner}.${last}` : last];
  });
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

/** The text directly inside the outermost braces (Python: one step in), brackets emptied. */
function outlineOf(code: string, family: Family): string {
  if (family === "python") {
    const indents = code
      .split("\n")
      .slice(1)
      .filter((line) => line.trim() !== "")
      .map((line) => /^\s*/u.exec(line)?.[0].length ?? 0);
    const base = Math.min(...indents.filter((indent) => indent > (/^\s*/u.exec(code)?.[0].length ?? 0)));
    return code
      .split("\n")
      .slice(1)
      .filter((line) => /^\s*/u.exec(line)?.[0].length === base)
      .join("\n");
  }
  let outline = "";
  const open: string[] = [];
  for (const sign of code) {
    if (sign === "}" || sign === ")") open.pop();
    if (open.length === 1 && open[0] === "{" && sign !== "}") outline += sign === "{" ? "{" : sign;
    if (sign === "{" || sign === "(") open.push(sign);
    else if (open.length === 1 && (sign === "}" || sign === ")")) outline += sign === "}" ? "}\n" : "";
  }
  return outline;
}

function membersOf(outline: string, name: string, family: Family): Pick<CodeFacts, "methods" | "fields"> {
  const isPublic = (member: string) =>
    !/^[_#]/u.test(member) &&
    member !== name &&
    !/^(?:constructor|if|for|while|switch|catch|return|function|new|super|await|get|set|static|fn|func|readonly|public|private|protected|default|case|import|export|const|let|var|type|async|else|pass|def|class)$/u.test(
      member,
    );
  const methods =
    family === "python"
      ? [...outline.matchAll(/^\s*(?:async\s+)?def\s+(\w+)/gmu)]
      : [
          ...outline.matchAll(
            /(?<!private\s|private\s{2}|@|\bnew\s|=\s|[.\w$#])([\p{L}_$][\p{L}\p{N}_$]*)\??\s*(?:<[^<>()]*>)?\(\)/gu,
          ),
        ];
  const fields =
    family === "python"
      ? [...outline.matchAll(/^\s*(\w+)\s*[:=]/gmu)]
      : family === "go"
        ? [...outline.matchAll(/^\s*([A-Z]\w*)\s+[\w*[\]]/gmu)]
        : family === "java"
          ? [...outline.matchAll(/([\w$]+)\s*(?:=[^;]*)?;/gu)]
          : [
              ...outline.matchAll(
                /(?:^|[;,{}\n])\s*(?:(?:readonly|public|static|declare|override|pub(?:\(\w*\))?)\s+)*([\p{L}_$][\p{L}\p{N}_$]*)[?!]?\s*(?=[:=;,\n]|$)/gu,
              ),
            ];
  const namesOf = (found: readonly RegExpMatchArray[]) =>
    unique(found.map((match) => match[1] ?? "").filter(isPublic));
  const named = namesOf(methods);
  return { methods: named, fields: namesOf(fields).filter((field) => !named.includes(field)) };
}

/** The parts of a union type, as long as they are plain names or strings. */
function alternativesOf(raw: string, family: Family): string[] {
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
function referencesOf(code: string, name: string, family: Family): string[] {
  const right = family === "script" ? /=([\s\S]*)$/u.exec(code)?.[1] : undefined;
  const found = [...(right ?? "").matchAll(/(?<![\w$.])[A-Z][\w$]*[a-z][\w$]*/gu)].map(([type]) => type);
  return unique(found.filter((type) => type !== name && !ordinary.has(type)));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
