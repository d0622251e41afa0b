/**
 * What the sender of a message wrote in words: without code, quoted replies, signatures, pictures and addresses, markup
 * taken off. More than `maxCharacters` are not looked at.
 *
 * Anybody may have written the text: no pattern goes over the same characters from many places. What may begin a line stays
 * within the line, and what stands in brackets holds no opening one.
 */
export function readMessage(text: string, maxCharacters: number): string {
  return text
    .slice(0, maxCharacters)
    .replace(/\r\n?|[\u2028\u2029]/gu, "\n")
    .replace(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|$(?![\s\S]))/gmu, "\n\n")
    .replace(/^-- ?\n[\s\S]*$/mu, "")
    .replace(/^[^\S\n]*(?:\w{0,3}>|\|).*$/gmu, "")
    .replace(
      /^[^\w\n]*(?:Original Message|Forwarded Message|Ursprüngliche Nachricht)\b.*\n(?:\s*[A-Z][\w-]+:.*\n)*/gmu,
      "\n\n",
    )
    .replace(/^.*\b(?:wrote|writes|schrieb|écrit)\s?:\s*$/gmu, "")
    .replace(/^(?:[^\S\n]*at .+:\d+.*|[-=_*#+]{3,}\s*)$/gmu, "")
    .replace(/!\[[^[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)/gu, "")
    .replace(/\[([^[\]]+)\]\([^()]*(?:\([^()]*\)[^()]*)*\)/gu, "$1")
    .replace(/<?\bhttps?:\/\/\S+>?/giu, "")
    .replace(/<\/?[a-z][^<>]*>/giu, " ")
    .replace(/^[^\S\n]*(?:#{1,6}|[-*+•]|\d+[.)])\s+(.*?)[:.]?$/gmu, "\n$1.\n")
    .replace(/`+|\*\*|__/gu, "")
    .replace(/(?<=^|[\s(])[*_](?=\S)|(?<=\S)[*_](?=[\s.,;:!?)]|$)/gmu, "")
    .replace(/\p{Extended_Pictographic}\ufe0f?/gu, (found) => (/[©®™]/u.test(found) ? found : ""))
    .replace(/\n{3,}/gu, "\n\n")
    .trim();
}
