import { genericWords, stopwordsFor } from "./stopwords.js";
import { isUnspaced, stem, wordsOf } from "./words.js";

/** A piece of text and how much its words count. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

export interface KeywordOptions {
  /** What the subject is called: its words count more. */
  readonly title: string | null;
  readonly max?: number;
  /** Words (in small letters) that must not be in a keyword. */
  readonly except?: ReadonlySet<string>;
}

interface Chunk {
  readonly words: readonly string[];
  /** The stopword in front of it, in small letters, or nothing. */
  readonly behind: string;
}

interface Phrase {
  readonly words: readonly string[];
  readonly key: string;
  readonly stems: readonly string[];
  readonly forms: Map<string, number>;
  weight: number;
  /** How often it stood where a noun stands, and where a verb stands. */
  asNoun: number;
  asVerb: number;
}

const beforeNouns = new Set(
  listed("a an the this that these those of in on for with by from as your our its their my each any all no"),
);
const beforeVerbs = new Set(
  listed(
    "to can will you we i it they not be must should could would may might cannot does don't doesn't is are was were been being has have had that which who and/or",
  ),
);

const maxWords = 3;

/**
 * Rapid Automatic Keyword Extraction (Rose et al., 2010) with weights: texts are cut into chunks at stopwords and
 * punctuation; a chunk is worth what its words are, and a word the more, the more often, the earlier and in the longer
 * chunks it stands.
 */
export function rankPhrases(texts: readonly WeightedText[], options: KeywordOptions): string[] {
  const stopwords = stopwordsFor(
    texts
      .flatMap(({ text }) => wordsOf(text.slice(0, 4_000)))
      .slice(0, 2_000)
      .map((word) => word.toLowerCase()),
  );
  const phrases = collectPhrases(
    texts,
    (word) => stopwords.has(word) || (options.except?.has(word) ?? false),
  );
  const worth = wordWorth(phrases, new Set(wordsOf(options.title ?? "").map(stem)));
  const score = (phrase: Phrase) => {
    const mean = phrase.stems.reduce((sum, found) => sum + (worth.get(found) ?? 0), 0) / phrase.stems.length;
    // A phrase that is said once is a chance meeting of words.
    const settled =
      phrase.words.length === 1
        ? 1
        : Math.min(1.5, 0.55 + 0.25 * phrase.forms.size + 0.2 * total(phrase.forms));
    return mean * settled * Math.log1p(phrase.weight) * nounness(phrase);
  };
  const ranked = phrases
    .filter(isPresentable)
    .map((phrase) => ({ phrase, score: score(phrase) }))
    .sort((a, b) => b.score - a.score || (a.phrase.key < b.phrase.key ? -1 : 1))
    .map(({ phrase }) => phrase);
  return takeDistinct(ranked, options.max ?? 5).map(shownForm);
}

function collectPhrases(texts: readonly WeightedText[], isStopword: (word: string) => boolean): Phrase[] {
  const phrases = new Map<string, Phrase>();
  for (const { text, weight } of texts) {
    if (weight <= 0) continue;
    for (const { words: chunk, behind } of chunksOf(text, isStopword)) {
      for (const { words, from } of runsOf(chunk)) {
        const stems = words.map(stem);
        const key = stems.join(" ");
        const phrase = phrases.get(key) ?? {
          words,
          key,
          stems,
          forms: new Map(),
          weight: 0,
          asNoun: 1,
          asVerb: 1,
        };
        const form = words.join(" ");
        const isFirst = from === 0;
        if (!isFirst || beforeNouns.has(behind)) phrase.asNoun += 1;
        else if (beforeVerbs.has(behind)) phrase.asVerb += 1;
        phrase.forms.set(form, (phrase.forms.get(form) ?? 0) + 1);
        phrase.weight += words.length === chunk.length ? weight : weight / 2;
        phrases.set(key, phrase);
      }
    }
  }
  return [...phrases.values()];
}

/** Words between two stopwords or signs. */
function chunksOf(text: string, isStopword: (word: string) => boolean): Chunk[] {
  const chunks: Chunk[] = [];
  const plain = text.replace(/\b(?:https?:\/\/|www\.)\S+/giu, "\n");
  for (const clause of plain.split(/[^\p{L}\p{N}\p{M}\s'’./@_+#-]+|[.:/-](?=\s|$)|\s[-–—/]+\s?|\n/u)) {
    let words: string[] = [];
    let behind = "";
    const close = (next: string) => {
      if (words.length > 0) chunks.push({ words, behind });
      words = [];
      behind = next;
    };
    for (const word of wordsOf(clause)) {
      const small = word.toLowerCase();
      if (
        isStopword(small) ||
        /^[\d._/-]+$/.test(word) ||
        (word.length < 2 && !isUnspaced(word)) ||
        /^\p{Script=Hiragana}+$/u.test(word)
      )
        close(small);
      else words.push(word);
      if (isUnspaced(word)) close("");
    }
    close("");
  }
  return chunks;
}

/** The chunk, if short enough, and the single words and pairs in it. */
function runsOf(chunk: readonly string[]): { words: string[]; from: number }[] {
  const runs: { words: string[]; from: number }[] = [];
  for (let length = 1; length <= Math.min(maxWords, chunk.length); length += 1) {
    if (length === maxWords && chunk.length > maxWords) break;
    for (let from = 0; from + length <= chunk.length; from += 1)
      runs.push({ words: chunk.slice(from, from + length), from });
  }
  return runs;
}

/** Per stem: its weight in all chunks, more for words of the title. */
function wordWorth(phrases: readonly Phrase[], title: ReadonlySet<string>): Map<string, number> {
  const worth = new Map<string, number>();
  for (const phrase of phrases) {
    const [only] = phrase.stems;
    if (phrase.stems.length === 1 && only !== undefined)
      worth.set(only, Math.log1p(phrase.weight) * (title.has(only) ? 1.6 : 1));
  }
  return worth;
}

/** 0.3 for what stands like a verb, or looks like a participle or an adverb, to 1 for a noun. */
function nounness({ words, asNoun, asVerb }: Phrase): number {
  const place = asNoun / (asNoun + asVerb);
  const looks = words.length === 1 && /(?:[^e]ed|ly|able|ible|ful|ous)$/i.test(words[0] ?? "") ? 0.3 : 1;
  return (0.3 + 0.7 * place) * looks;
}

function isPresentable(phrase: Phrase): boolean {
  const words = shownForm(phrase).split(" ");
  const plain = words.map((word) => word.toLowerCase());
  if (!plain.every((word) => /\p{L}/u.test(word))) return false;
  if (plain.every(isGeneric) || isGeneric(plain[0] ?? "") || /\wly$/.test(plain.at(-1) ?? "")) return false;
  if (
    plain.some(
      (word) =>
        word.length > 30 ||
        /['’]|^[@_\d]|\/.*\/|\.(?:_|com|org|net|io|dev|html?|md|jsx?|tsx?|json|ya?ml)$/.test(word),
    )
  )
    return false;
  return (
    new Set(words.map(stem)).size === words.length &&
    plain.join(" ").length >= (isUnspaced(plain.join("")) ? 2 : 3)
  );
}

function isGeneric(word: string): boolean {
  return genericWords.has(word) || genericWords.has(word.replace(/s$/, ""));
}

/** Leaves out what shares a word with a better one. */
function takeDistinct(ranked: readonly Phrase[], max: number): Phrase[] {
  const taken: Phrase[] = [];
  for (const phrase of ranked) {
    if (taken.length === max) break;
    const known = new Set(taken.flatMap((other) => other.stems));
    const isSpelledApart = taken.some((other) => other.stems.join("") === phrase.stems.join(""));
    if (!isSpelledApart && !phrase.stems.some((found) => isKnown(found, known))) taken.push(phrase);
  }
  return taken;
}

/** `pars` and `parser`, `cli-table2` and `cli-table3` are the same word to a reader. */
function isKnown(found: string, known: ReadonlySet<string>): boolean {
  const bare = found.replace(/\d+$/, "");
  return [...known].some((other) => {
    const [short, long] = [bare, other.replace(/\d+$/, "")].sort((a, b) => a.length - b.length) as [
      string,
      string,
    ];
    return (
      found === other || (short.length >= 4 && long.startsWith(short) && long.length - short.length <= 3)
    );
  });
}

/** The form that is used most; in small letters unless the word is never written so. */
function shownForm(phrase: Phrase): string {
  const forms = [...phrase.forms].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1)).map(([form]) => form);
  const most = forms[0] ?? phrase.words.join(" ");
  const small = forms.find(
    (form) => form.toLowerCase() === most.toLowerCase() && form === form.toLowerCase(),
  );
  return small ?? most;
}

function total(forms: ReadonlyMap<string, number>): number {
  return [...forms.values()].reduce((sum, count) => sum + count, 0);
}

function listed(words: string): string[] {
  return words.split(" ");
}
