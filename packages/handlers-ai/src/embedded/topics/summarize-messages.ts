import { isCodeWord, isWholeSentence, splitSentences } from "../language/sentences.js";
import { genericWords, stopwordsFor } from "../language/stopwords.js";
import { stem, wordsOf } from "../language/words.js";

const maxSentences = 400;
const maxCharacters = 320;

interface Candidate {
  readonly text: string;
  readonly place: number;
  readonly score: number;
}

const empty =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks?|thank you|cheers|welcome|sorry|bye|see you|sure|ok(?:ay)?|great|nice|cool|perfect|yes|no|yep|nope|haha|lol|got it|will do|no problem|you're welcome|sounds good|makes sense|good (?:point|idea|question)|I see|of course|certainly|absolutely|here(?:'s| is| are)|let me know|hope (?:this|that) helps|feel free|best regards|regards)\b/iu;
const leaning =
  /^(?:it|this|that|these|those|they|he|she|but|and|or|so|also|then|because|which|however|well|yeah|there)\b/iu;

/**
 * What a stretch of conversation is about, in one or two sentences of its own, `null` if none will do. Sentences full of
 * the words that the stretch keeps returning to are taken, early ones rather than late ones, never a mere greeting.
 */
export function summarizeMessages(messages: readonly string[], title: string | null): string | null {
  const words = messages.flatMap((text) => wordsOf(text).slice(0, 400)).map((word) => word.toLowerCase());
  const stopwords = stopwordsFor(words);
  const stemsOf = (text: string) =>
    new Set(
      wordsOf(text)
        .map((word) => word.toLowerCase())
        .filter((word) => word.length > 2 && !stopwords.has(word) && !genericWords.has(word))
        .map(stem),
    );
  const inTitle = stemsOf(title ?? "");
  const counts = new Map<string, number>();
  for (const text of messages)
    for (const found of stemsOf(text.slice(0, 3_000))) counts.set(found, (counts.get(found) ?? 0) + 1);
  const candidates: Candidate[] = [];
  messages.forEach((text, message) => {
    if (candidates.length > maxSentences) return;
    text
      .split(/\n\s*\n/u)
      .flatMap((paragraph) => splitSentences(closed(paragraph)))
      .forEach((sentence, place) => {
        const bare = tidy(sentence);
        const stems = stemsOf(bare);
        if (
          stems.size < 2 ||
          bare.length > maxCharacters ||
          !isWholeSentence(bare, isCodeWord) ||
          empty.test(bare)
        )
          return;
        const central = [...stems].reduce(
          (sum, found) =>
            sum + Math.log1p((counts.get(found) ?? 0) - 1) + (inTitle.has(found) ? 0.7 : 0) + 0.3,
          0,
        );
        const early = 1.2 * Math.exp(-message / 2) + 0.5 * Math.exp(-place / 2);
        const length = wordsOf(bare).length;
        const score =
          central / Math.sqrt(stems.size + 3) +
          early -
          (leaning.test(bare) ? 0.5 : 0) -
          (length > 35 ? 0.5 : 0) -
          (length < 6 ? 0.4 : 0) -
          (/^["“«']/u.test(bare) ? 0.5 : 0);
        candidates.push({ text: bare, place: candidates.length, score });
      });
  });
  const [best, ...others] = [...candidates].sort((a, b) => b.score - a.score || a.place - b.place);
  if (best === undefined) return null;
  const known = stemsOf(best.text);
  const second = others.find((other) => {
    const stems = [...stemsOf(other.text)];
    const fresh = stems.filter((found) => !known.has(found)).length;
    return (
      other.score > 0.75 * best.score &&
      fresh * 2 > stems.length &&
      other.text.length + best.text.length < maxCharacters &&
      !(leaning.test(other.text) && other.place !== best.place + 1)
    );
  });
  const chosen = second === undefined ? [best] : [best, second].sort((a, b) => a.place - b.place);
  return chosen.map(({ text }) => text).join(" ");
}

/** Hurried writers leave out the last sign, too. */
function closed(paragraph: string): string {
  const text = paragraph.trim();
  if (!/[\p{L}\p{N})"'”]$/u.test(text)) return text;
  const last = splitSentences(text).at(-1) ?? "";
  return /^(?:and |but |so |also )?(?:how|what|why|when|where|who|which|is|are|do|does|did|can|could|should|would|will)\b/iu.test(
    last,
  )
    ? `${text}?`
    : `${text}.`;
}

/** Takes a greeting off the front, and sets the capital that hurried writers leave out. */
function tidy(sentence: string): string {
  const bare = sentence
    .replace(
      /^(?:(?:hi|hello|hey)(?:\s(?:all|there|everyone|team|folks|[A-Z]\w+))?|thanks(?: a lot)?|ok(?:ay)?|yes|no|sure|well|great|so|btw|ah|oh)\s*[,!.:–-]+\s+/iu,
      "",
    )
    .replace(/([!?])[!?]+$/u, "$1")
    .replace(/[\s-]+$/u, "");
  return isCodeWord(wordsOf(bare)[0] ?? "")
    ? bare
    : bare.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
