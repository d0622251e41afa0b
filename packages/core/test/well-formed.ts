/** The text with each half of a surrogate pair that stands alone replaced by U+FFFD; in another way than core's. */
export function toWellFormed(text: string): string {
  return [...text].map((point) => (/^[\ud800-\udfff]$/.test(point) ? "\ufffd" : point)).join("");
}

export function isWellFormed(text: string): boolean {
  return toWellFormed(text) === text;
}
