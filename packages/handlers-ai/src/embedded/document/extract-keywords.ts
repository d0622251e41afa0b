import { rankPhrases } from "../language/rank-phrases.js";
import type { ReadDocument } from "./read-document.js";
import { sectionWeight } from "./section-weight.js";

/** Up to five words or short phrases that a document is about. */
export function extractKeywords({ title, passages }: ReadDocument): string[] {
  const texts = passages.map((passage, place) => {
    const emphasis = passage.kind === "heading" ? 1.5 : passage.kind === "paragraph" ? 1 : 0.8;
    return {
      text: passage.text,
      weight: sectionWeight(passage.section) * emphasis * (1 + 2 * Math.exp(-place / 5)),
    };
  });
  return rankPhrases([{ text: title ?? "", weight: 3 }, ...texts], { title });
}
