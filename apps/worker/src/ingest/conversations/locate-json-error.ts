const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** Where a text stops being JSON. */
export interface JsonFault {
  /** In UTF-16 code units from the start. */
  readonly offset: number;
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * The start of the first token that does not belong (RFC 8259), or the end of a text that breaks off; `null` if the text
 * is JSON. `JSON.parse` leaves the place out of half of its messages.
 */
export function locateJsonError(text: string): JsonFault | null {
  const offset = findFault(text);
  if (offset === null) return null;
  const before = text.slice(0, offset).split("\n");
  return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

type Expected = "value" | "first value or ]" | "first key or }" | "key" | "comma or end";

/** A stack instead of recursion: files may nest as deep as they like. */
function findFault(text: string): number | null {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    if (!token.test(text)) return false;
    at = token.lastIndex;
    return true;
  };
  const takeString = (): boolean => {
    const end = endOfString(text, at);
    at = end ?? at;
    return end !== null;
  };
  for (;;) {
    take(SPACE);
    const next = text[at];
    const around = open.at(-1);
    if (expected === "comma or end") {
      if (around === undefined) return at === text.length ? null : at;
      if (next === ",") expected = around === "{" ? "key" : "value";
      else if (next === (around === "{" ? "}" : "]")) open.pop();
      else return at;
      at++;
    } else if (expected === "key" || (expected === "first key or }" && next !== "}")) {
      if (!takeString()) return at;
      take(SPACE);
      if (text[at] !== ":") return at;
      at++;
      expected = "value";
    } else if (next === "{" || next === "[") {
      open.push(next);
      at++;
      expected = next === "{" ? "first key or }" : "first value or ]";
    } else if (expected !== "value" && next === (around === "{" ? "}" : "]")) {
      open.pop();
      at++;
      expected = "comma or end";
    } else if (takeString() || take(SCALAR)) {
      expected = "comma or end";
    } else {
      return at;
    }
  }
}

/** No regular expression: on strings of megabytes they run out of stack. */
function endOfString(text: string, start: number): number | null {
  if (text[start] !== '"') return null;
  for (let at = start + 1; at < text.length; ) {
    if (text[at] === '"') return at + 1;
    if (text.charCodeAt(at) < 0x20) return null;
    if (text[at] === "\\") {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return null;
      at = ESCAPE.lastIndex;
    } else {
      at++;
    }
  }
  return null;
}
