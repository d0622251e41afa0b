import { fitText } from "./fit-text.js";

/** Less than this says nothing: then there are too many sections to show a piece of each. */
const minSectionLength = 300;

/**
 * A Markdown document within `maxLength` characters: all its headings, and of each section as much as there is room for, the
 * same for all; short ones leave theirs to the others. Each cut is noted. Text without headings is cut in the middle.
 */
export function fitDocument(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const sections = sectionsOf(text);
  if (sections.length < 2 || maxLength / sections.length < minSectionLength) return fitText(text, maxLength);
  const longest = fairLength(
    sections.map(({ length }) => length),
    maxLength - sections.length,
  );
  return fitText(sections.map((section) => fitText(section, longest)).join("\n"), maxLength);
}

/** A section begins with its heading; lines in a code block are none. */
function sectionsOf(text: string): readonly string[] {
  const sections: string[][] = [[]];
  let fence: string | null = null;
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence === null && /^ {0,3}#{1,6} /.test(line)) sections.push([]);
    if (mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    sections.at(-1)?.push(line);
  }
  return sections.map((lines) => lines.join("\n")).filter((section) => section.trim() !== "");
}

/** The length to which the long ones must be cut so that all fit. */
function fairLength(lengths: readonly number[], room: number): number {
  const sorted = lengths.toSorted((one, other) => one - other);
  let left = room;
  for (const [index, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - index));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}
