/** Cuts text that is too long at a line end, from the middle outwards, and notes the cut: begin and end say the most. */
export function fitText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const headEnd = cutBefore(text, Math.floor(maxLength * 0.75));
  const tailStart = cutAfter(text, text.length - Math.floor(maxLength * 0.2));
  const cut = tailStart - headEnd;
  return `${text.slice(0, headEnd)}\n[… ${cut} characters left out …]\n${text.slice(tailStart)}`;
}

function cutBefore(text: string, index: number): number {
  const lineEnd = text.lastIndexOf("\n", index);
  return lineEnd > index * 0.5 ? lineEnd : index;
}

function cutAfter(text: string, index: number): number {
  const lineEnd = text.indexOf("\n", index);
  return lineEnd >= 0 && lineEnd - index < 2_000 ? lineEnd + 1 : index;
}
