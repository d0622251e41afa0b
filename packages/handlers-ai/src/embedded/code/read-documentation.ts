import { isCodeWord, isWholeSentence, splitSentences } from "../language/sentences.js";
import { wordsOf } from "../language/words.js";

/** From here on a comment speaks about parameters, examples and the like, not about the thing. */
const tagLine =
  /^\s*(?:@\w+|:(?:param|returns?|raises|type|rtype)\b|(?:args|arguments|parameters|params|returns?|raises|throws|yields|examples?|usage|attributes|references|see also|warnings?)\s*:?\s*$|#{1,4}\s|[-=]{3,}|>>>|```|~~~|\.\.\s\w+::|\|)/iu;
const notForReaders =
  /\b(?:eslint|tslint|istanbul|[cv]8 ignore|prettier-ignore|biome-ignore|jshint|noqa|pylint|nolint|pragma|todo|fixme|xxx|copyright|licen[cs]ed?|spdx|all rights reserved|#?region|auto-?generated)\b|@ts-|#__PURE__|inheritdoc/iu;

/** The sentences of a comment that say what the thing is or does, ready to be shown; none if it holds no such. */
export function documentationSentences(documentation: string, name: string): string[] {
  const paragraphs = prose(documentation).split(/\n\s*\n/u);
  const isName = (word: string) => word === name || isCodeWord(word);
  for (const paragraph of paragraphs) {
    if (notForReaders.test(paragraph) || looksLikeCode(paragraph)) continue;
    const flat = paragraph.replace(/\s+/gu, " ").trim();
    const closed = /[\p{L}\p{N})"'”]$/u.test(flat) ? `${flat}.` : flat;
    const sentences = splitSentences(closed).map((sentence) => capitalised(sentence, isName));
    // Sentences lean on those before them: the first that is broken ends what can be shown.
    const broken = sentences.findIndex((sentence) => !isWholeSentence(sentence, isName, 3));
    const whole = broken === -1 ? sentences : sentences.slice(0, broken);
    if (whole.length > 0) return whole;
  }
  return [];
}

/** The comment up to its tags, with comment signs, markup and lists taken off. */
function prose(documentation: string): string {
  const lines = documentation
    .slice(0, 6_000)
    .replace(/\r/gu, "")
    .replace(/@(?:description|desc|summary|brief|remarks)\s+/giu, "")
    .replace(/^\s*@returns?\s+(?:\{[^}]*\}\s*)?(?=\w+ \w+ \w)/u, "Returns ")
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*\*?|\*\/|\*(?!\*)|\/\/[/!]?|#(?!#)|"""|''')\s?/u, "")
        .replace(/\s*(?:\*\/|"""|''')\s*$/u, ""),
    );
  const tag = lines.findIndex((line, place) => tagLine.test(line) && (place > 0 || !/^\s*\|/u.test(line)));
  return (tag === -1 ? lines : lines.slice(0, tag))
    .map((line) => (/^\s*(?:[-*+•]|\d+[.)])\s/u.test(line) ? "\n" : line))
    .join("\n")
    .replace(/\{@(?:link|linkcode|linkplain|see)\s+[^}|\s]+\s*[|\s]\s*([^}]+)\}/gu, "$1")
    .replace(/\{@\w+\s+([^}]*)\}/gu, "$1")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replace(/\[`?([\w.:$ -]+)`?\](?:\[[^\]]*\])?/gu, "$1")
    .replace(/<\/?(?:p|br|code|pre|b|i|em|strong|ul|ol|li|tt|a)\b[^>]*>/giu, " ")
    .replace(/&lt;/gu, "<")
    .replace(/&gt;/gu, ">")
    .replace(/&amp;/gu, "&")
    .replace(/`+/gu, "")
    .replace(/\*\*|(?<=\s|^)[*_](?=\S)|(?<=\S)[*_](?=[\s.,;:]|$)/gu, "");
}

function looksLikeCode(text: string): boolean {
  const signs = text.match(/[{}=;<>|&\\]/gu)?.length ?? 0;
  return (
    signs / (text.length + 1) > 0.05 ||
    /(?:=>|\)\s*->|;\s*$|^\s*(?:const|let|var|if|return|import)\s.*[;{(]\s*$)/mu.test(text) ||
    wordsOf(text).length < 3
  );
}

function capitalised(sentence: string, isName: (word: string) => boolean): string {
  const bare = sentence.replace(/^[-–—:.\s]+/u, "");
  return isName(wordsOf(bare)[0] ?? "") ? bare : bare.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
