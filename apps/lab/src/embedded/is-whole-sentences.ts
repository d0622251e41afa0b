const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * Whether a text reads as whole sentences: it ends as one does, and each begins like one. Stricter than a reader, who
 * forgives a name in small letters.
 */
export function isWholeSentences(text: string): boolean {
  const sentences = [...segmenter.segment(text.trim())].map(({ segment }) => segment.trim());
  return (
    sentences.length > 0 &&
    /[.!?…。！？]["'”’)\]]*$/.test(text.trim()) &&
    sentences.every((sentence) => /^[("'“‘[]*(?:[\p{Lu}\p{Lt}\p{Lo}\p{N}@`<])/u.test(sentence))
  );
}
