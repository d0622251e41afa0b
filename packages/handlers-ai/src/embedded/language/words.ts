/** A word, with inner dots, dashes and such: `Node.js`, `drizzle-orm`, `don't`, `C++`, `@types/node`. */
const token = /@?[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:['’./@-][\p{L}\p{N}][\p{L}\p{N}\p{M}_]*)*(?:\+\+|#)?/gu;
/** Scripts that write no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;

const segmenter = new Intl.Segmenter("ja", { granularity: "word" });

/** The words of a text in order, as written. */
export function wordsOf(text: string): string[] {
  return (text.match(token) ?? []).flatMap((word) => (unspaced.test(word) ? segmentWords(word) : [word]));
}

export function isUnspaced(text: string): boolean {
  return unspaced.test(text);
}

function segmentWords(run: string): string[] {
  return [...segmenter.segment(run)].filter((part) => part.isWordLike).map((part) => part.segment);
}

/**
 * What the forms of an English word have in common, roughly: `workers`, `worker` → `worker`; `parsing`, `parse` → `pars`.
 * Only for comparing, never for showing.
 */
export function stem(word: string): string {
  const base = word
    .replace(/^(\p{Lu}{2,})s$/u, "$1")
    .toLowerCase()
    .replace(/['’]s?$/u, "")
    .replace(/[-_./]/gu, "");
  if (!/^[a-z]{4,}$/.test(base)) return base;
  const singular = base
    .replace(/ies$/, "y")
    .replace(/(ss|sh|ch|x|zz)es$/, "$1")
    .replace(/([^siu])s$/, "$1");
  const bare = singular.replace(/^(.*[aeiouy].*?)(?:ing|(?<!e)ed|ion)$/, (whole, rest: string) =>
    rest.length > 2 ? rest.replace(/([bdfgmnprt])\1$/, "$1") : whole,
  );
  return bare.replace(/e$/, "");
}
