/** Languages that look alike to patterns. */
export type LanguageFamily = "script" | "python" | "go" | "rust" | "java";

/** Unknown languages are read like JavaScript. */
export function familyOf(language: string): LanguageFamily {
  const plain = language.toLowerCase();
  if (/^py/u.test(plain)) return "python";
  if (/^go/u.test(plain)) return "go";
  if (/^(?:rust|rs)/u.test(plain)) return "rust";
  return /^(?:java|kotlin|c#|csharp|c\+\+|cpp|c)$/u.test(plain) ? "java" : "script";
}

const masks: Record<LanguageFamily, RegExp> = {
  script:
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=(?:[=(,:;!&|?[{}]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/gu,
  python: /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|#.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu,
  go: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`/gu,
  rust: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\\n])'/gu,
  java: /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu,
};

/** Source without comments and without the contents of strings, so that nothing in them is taken for code. */
export function maskCode(source: string, family: LanguageFamily): string {
  return squeeze(mask(source, family), family);
}

function mask(source: string, family: LanguageFamily): string {
  return source.replace(masks[family], (found) => (/^["'`]|^\/(?![*/])/u.test(found) ? '""' : " "));
}

/** Long runs of blanks would keep patterns busy; in Python, the ones at the beginning of lines mean something. */
function squeeze(code: string, family: LanguageFamily): string {
  if (family === "python") return code.replace(/\n\s*\n/gu, "\n").replace(/(?<=\S)[^\S\n]+/gu, " ");
  return code.replace(/\s+/gu, (blanks) => (blanks.includes("\n") ? "\n" : " "));
}
