import { toStorableText } from "@sluice/core";

const maxNoteLength = 50;

/** Cuts text that is too long at line ends, out of the middle, and notes the cut: begin and end say the most. */
export function fitText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const room = Math.max(0, maxLength - maxNoteLength);
  const head = text.slice(0, cutBefore(text, Math.floor(room * 0.75)));
  const tail = text.slice(cutAfter(text, text.length - Math.floor(room * 0.25)));
  const cut = text.length - head.length - tail.length;
  // The cut may have gone through a character of two halves.
  return toStorableText(`${head}\n[… ${cut} characters left out …]\n${tail}`);
}

function cutBefore(text: string, index: number): number {
  const lineEnd = text.lastIndexOf("\n", index);
  return lineEnd > index * 0.5 ? lineEnd : index;
}

function cutAfter(text: string, index: number): number {
  const lineEnd = text.indexOf("\n", index);
  return lineEnd >= 0 && lineEnd - index < (text.length - index) * 0.5 ? lineEnd + 1 : index;
}
