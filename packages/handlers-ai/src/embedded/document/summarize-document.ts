import { inWords } from "../language/in-words.js";
import { hasMarkup, isCodeWord, isWholeSentence, splitSentences } from "../language/sentences.js";
import { genericWords, stopwordsFor } from "../language/stopwords.js";
import { stem, wordsOf } from "../language/words.js";
import type { Passage, ReadDocument } from "./read-document.js";
import { sectionWeight } from "./section-weight.js";

interface Candidate {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  /** Number of its paragraph among those that count, and its own number in there. */
  readonly paragraph: number;
  readonly place: number;
  readonly score: number;
}

const demerit = { heading: 0, paragraph: 0, item: 0.4, quote: 0.6 };
const maxSentences = 3;
const maxCharacters = 420;
/** More sentences than this are not weighed: what a document is about does not stand behind them. */
const maxCandidates = 400;

/** What a document is about, in two or three of its own sentences; in one of ours if it has none that will do. */
export function summarizeDocument(document: ReadDocument): string {
  const chosen = choose(candidatesOf(document));
  return chosen.length > 0 ? chosen.map((candidate) => candidate.text).join(" ") : describeContents(document);
}

function candidatesOf(document: ReadDocument): Candidate[] {
  const titleWords = new Set(lowerWords(document.title ?? ""));
  const isName = (word: string) =>
    isCodeWord(word) || document.codeWords.has(word) || titleWords.has(word.toLowerCase());
  const stopwords = stopwordsFor(document.passages.slice(0, 50).flatMap(({ text }) => lowerWords(text)));
  const stemsOf = (text: string) => contentStems(text, stopwords);
  const topicality = topicalityOf(document, stemsOf);
  const candidates: Candidate[] = [];
  let paragraph = 0;
  for (const passage of document.passages) {
    const weight = passage.kind === "heading" ? 0 : sectionWeight(passage.section);
    if (weight === 0) continue;
    const sentences = splitSentences(closed(passage, paragraph)).map((text) => tidy(text, isName));
    sentences.forEach((text, place) => {
      if (!isWholeSentence(text, isName) || command.test(text)) return;
      const stems = stemsOf(text);
      const score =
        weight *
          (topicality(stems) + 1.2 * Math.exp(-paragraph / 3) * 0.8 ** place + definition(text, titleWords)) +
        manner(text) -
        demerit[passage.kind];
      candidates.push({ text, stems, paragraph, place, score });
    });
    if (candidates.length > maxCandidates) break;
    if (sentences.length > 0) paragraph += 1;
  }
  return candidates;
}

/** A tagline often lacks its full stop. */
function closed(passage: Passage, paragraph: number): string {
  const isTagline = paragraph === 0 && passage.section.length === 0 && passage.kind !== "item";
  return isTagline && /[\p{L}\p{N})]$/u.test(passage.text) && wordsOf(passage.text).length >= 4
    ? `${passage.text}.`
    : passage.text;
}

/** A capital in front, unless it begins with a name that is written small. */
function tidy(sentence: string, isName: (word: string) => boolean): string {
  const bare = sentence.replace(/^[-–—:,;.•·>\s]+/u, "").replace(/\s*\((?:see|cf\.?)\s[^()]*\)/giu, "");
  return isName(wordsOf(bare)[0] ?? "") ? bare : bare.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function contentStems(text: string, stopwords: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    lowerWords(text)
      .filter((word) => !stopwords.has(word) && !genericWords.has(word))
      .map(stem),
  );
}

function lowerWords(text: string): string[] {
  return wordsOf(text).map((word) => word.toLowerCase());
}

/** How much a sentence speaks of what the whole document speaks of, 0 to about 1. */
function topicalityOf(
  document: ReadDocument,
  stemsOf: (text: string) => ReadonlySet<string>,
): (stems: ReadonlySet<string>) => number {
  const counts = new Map<string, number>();
  const texts = [
    document.title ?? "",
    document.title ?? "",
    ...document.passages.map((passage) => passage.text),
  ];
  for (const text of texts)
    for (const found of stemsOf(text)) counts.set(found, (counts.get(found) ?? 0) + 1);
  const most = Math.log1p(Math.max(1, ...counts.values()));
  return (stems) => {
    const sum = [...stems].reduce((total, found) => total + Math.log1p(counts.get(found) ?? 0), 0);
    return sum / most / Math.sqrt(stems.size + 1) / 1.5;
  };
}

const defining =
  /^(?:(?:this|the|our)\s(?:[\w-]+\s){0,3})?[\p{L}\p{N}@._/-]+(?:\s[\p{L}\p{N}._/-]+){0,3}\s(?:is|are|provides?|lets|allows?|implements?|helps|makes|enables|offers|gives|describes?|explains?|covers|contains|adds|exposes|supports|turns|converts|parses|generates|creates)\b/iu;

function definition(text: string, titleWords: ReadonlySet<string>): number {
  if (!defining.test(text)) return 0;
  const start = lowerWords(text).slice(0, 5);
  if (start.some((word) => titleWords.has(word) && word.length > 2)) return 0.6;
  return /^(?:this|the)\s(?:[\w-]+\s)?(?:package|library|module|guide|page|document|plugin|project|framework|tool)/iu.test(
    text,
  )
    ? 0.5
    : 0.1;
}

const command = /^\W*(?:npm|npx|pnpm|yarn|bun|deno|git|cd|curl|pip|cargo|brew|docker|sudo)\s[\w-]+/iu;
const verb =
  /\b(?:is|are|was|were|has|have|had|can|will|must|does|do|lets?|\w{3,}(?:ides|ports|ables|ows|akes|ements|ates|ains|izes|ises|ers|ures|eeps|uns|orks|urns|ies|ses|arses|uilds|ets|akes|eals|ets))\b/iu;
const instruction =
  /^(?:to\s\w+|run|see|click|visit|check|note|please|you\s(?:can|may|should|must|need|will)|for (?:more|further|details)|install|add|use|make sure|if you|let's|first|then|next|now|here|in this (?:case|example)|try|open|download|read|join|follow|create|copy|remember|feel free|thanks?|don't|want|looking for|have you|by default)\b/iu;
const leaning =
  /^(?:(?:it|this|that|these|those)(?:'s)? (?:also|is|are|was|were|can|could|will|would|should|may|might|must|does|do|has|have|means?|makes?|allows?|enables?|lets?|helps?|includes?|gives?|way)|its|they|he|she|however|also|additionally|furthermore|moreover|but|and|or|so|thus|therefore|hence|then|instead|otherwise|such|both|in addition|as a result|for example|for instance|similarly|likewise|there|finally|again|which)\b/iu;
const pointing =
  /\b(?:below|above|following|click here|here's|here is|see|snippet|screenshot|this (?:section|example|file|command|option))\b/iu;
const personal = /\b(?:I|I'm|I've|me|my|we|we're|we've|our|us)\b/u;

/** Marks off for what a summary would not say, or not in this way. */
function manner(text: string): number {
  const length = wordsOf(text).length;
  let marks = 0;
  marks -= 0.1 * Math.max(0, (text.match(/[(){}=<>;]|\.\.\./gu)?.length ?? 0) - 2);
  if (verb.test(text)) marks += 0.15;
  if (/^\d/u.test(text)) marks -= 0.3;
  if (instruction.test(text)) marks -= 0.6;
  if (/\?["')”]?$/u.test(text)) marks -= 0.9;
  if (/!["')”]?$/u.test(text)) marks -= 0.3;
  if (pointing.test(text)) marks -= 0.5;
  if (personal.test(text)) marks -= 0.25;
  if (leaning.test(text)) marks -= 0.35;
  if (
    /^["“'«]/u.test(text) ||
    /\b(?:deprecated|coming soon|work in progress|development branch|copyright|licensed under|(?:released|published|distributed) under|licen[cs]e|all rights|sponsor)\b/iu.test(
      text,
    )
  )
    marks -= 0.8;
  if (length > 40) marks -= 0.4;
  if (length < 6) marks -= 0.25;
  return marks;
}

/** The best sentence, then those that add most to what is there already; in reading order. */
function choose(candidates: readonly Candidate[]): Candidate[] {
  const chosen: Candidate[] = [];
  let left = [...candidates];
  while (chosen.length < maxSentences && left.length > 0) {
    const worth = (candidate: Candidate) =>
      candidate.score - 1.2 * overlap(candidate, chosen) + carriedOn(candidate, chosen);
    const best = left.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    left = left.filter((candidate) => candidate !== best);
    const characters = chosen.reduce((sum, candidate) => sum + candidate.text.length, best.text.length);
    if (chosen.length > 0 && characters > maxCharacters) continue;
    if (chosen.length > 1 && worth(best) < 0.7 * (chosen[0]?.score ?? 0)) break;
    if (chosen.length > 0 && worth(best) < 0.1) break;
    chosen.push(best);
  }
  return chosen.sort((a, b) => a.paragraph - b.paragraph || a.place - b.place);
}

/** "It also …" is fine behind the sentence that it leans on, and only there. */
function carriedOn(candidate: Candidate, chosen: readonly Candidate[]): number {
  const isNext = chosen.some(
    (other) => other.paragraph === candidate.paragraph && other.place + 1 === candidate.place,
  );
  if (isNext) return leaning.test(candidate.text) ? 0.5 : 0.15;
  return leaning.test(candidate.text) ? -1 : 0;
}

function overlap(candidate: Candidate, chosen: readonly Candidate[]): number {
  const shared = chosen.map((other) => {
    const common = [...candidate.stems].filter((found) => other.stems.has(found)).length;
    return common / Math.max(1, candidate.stems.size);
  });
  return Math.max(0, ...shared.map((part) => part ** 2));
}

/** For documents without a usable sentence: what its headings promise. */
function describeContents({ title, passages }: ReadDocument): string {
  const headings = passages
    .filter(
      (passage) =>
        passage.kind === "heading" && sectionWeight(passage.section) > 0 && !hasMarkup(passage.text),
    )
    .map((passage) => passage.text.replace(/[\s.:!?…]+$/u, ""))
    .filter((heading) => /\p{L}/u.test(heading) && heading.length < 60);
  const name =
    title !== null && title.length < 80 && /\p{L}/u.test(title) && !hasMarkup(title)
      ? title.replace(/[\s.:!?…]+$/u, "")
      : null;
  const subject = name === null ? "The document" : `The document “${name}”`;
  const unique = [...new Set(headings)].slice(0, 4);
  if (unique.length > 0) return `${subject} has sections on ${inWords(unique)}.`;
  return `${subject} contains no full sentences.`;
}
