import { isUnspaced, wordsOf } from "./words.js";

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** A full stop behind one of these does not end a sentence; nor does one behind an initial. */
const abbreviation =
  /(?:^|[\s(["'“])(?:e\.?g|i\.?e|vs|cf|mr|mrs|ms|dr|prof|approx|resp|incl|excl|esp|figs?|ca|viz|vol|pp|[A-Za-z])\.\s*$/i;

/** Cuts running text into sentences, white space collapsed; not behind "e.g.", "Mr." or an initial. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let open = "";
  for (const { segment } of segmenter.segment(text.replace(/\s+/gu, " ").trim())) {
    open += segment;
    if (abbreviation.test(open)) continue;
    sentences.push(open.trim());
    open = "";
  }
  if (open.trim() !== "") sentences.push(open.trim());
  // The segmenter goes on across `… queries. "simple" …`, as a small letter follows.
  return sentences.flatMap((sentence) => sentence.split(/(?<=\p{L}{2}[.!?]) (?=["“]\p{Ll})/u));
}

const beginning = /^["'“‘«(¿¡]?[\p{Lu}\p{Lt}\p{Lo}\p{N}]/u;
const end = /[.!?…。！？।؟]["'”’»)]?$/u;
/** Ends that announce something which is not there. */
const dangling = /(?::|\b(?:such as|the following|as follows|for example|like this|e\.g|i\.e))\s*[.!?:…]*$/iu;
const markup =
  /\*\*|__\s|\s__|`|\]\(|\[\[|\]\[|!\[|<\/?[a-z][^>]*>|<!--|-->|\{\{|\}\}|\{%|\|\s|\s\||^\s*(?:[#>|*+-]|\d+[.)])\s|https?:\/\/|www\.|&[a-z]+;|(?:^|\s)[*_]\S|~~|\[[ x\d]?\]|\[\^|\p{Cc}/iu;

/**
 * Whether a person would accept it as a sentence by its outside: a capital (or a figure, a letter of a script without
 * capitals, or a name that `isName` knows) in front, a sign at the end, enough words, brackets and quotes closed, no
 * markup, nothing announced that does not follow.
 */
export function isWholeSentence(
  sentence: string,
  isName: (word: string) => boolean = () => false,
  minWords = 4,
): boolean {
  if (sentence.length < 12 || sentence.length > 400) return false;
  if (!end.test(sentence) || dangling.test(sentence) || hasMarkup(sentence)) return false;
  if (!beginning.test(sentence) && !beginsWithName(sentence, isName)) return false;
  return (isUnspaced(sentence) || wordsOf(sentence).length >= minWords) && isBalanced(sentence);
}

function beginsWithName(sentence: string, isName: (word: string) => boolean): boolean {
  const [first = ""] = wordsOf(sentence);
  return sentence.replace(/^["'“‘«(.$#]/u, "").startsWith(first) && isName(first);
}

/** Signs of Markdown, HTML or templates, addresses, control characters. */
export function hasMarkup(text: string): boolean {
  return markup.test(text);
}

/** Whether a word looks like one of code: `camelCase`, `drizzle-orm`, `Node.js`, `snake_case`, `v8`. */
export function isCodeWord(word: string): boolean {
  return /\p{Ll}\p{Lu}|[_@#$./\d]/u.test(word) || /^\p{Ll}+(?:-\p{Ll}+)+$/u.test(word);
}

function isBalanced(text: string): boolean {
  const pairs: readonly (readonly [string, string])[] = [
    ["(", ")"],
    ["[", "]"],
    ["{", "}"],
    ["“", "”"],
  ];
  const count = (sign: string) => text.split(sign).length - 1;
  return pairs.every(([open, close]) => count(open) === count(close)) && count('"') % 2 === 0;
}
