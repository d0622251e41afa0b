/**
 * The JSON in what a model answered: small models think aloud before it, put it into a code block, or say something around it.
 * Thoughts are dropped, and the first code block is taken, else the first object or array that is closed again; if there is
 * none, the text as it is. Whatever the text, it is gone over a fixed number of times.
 */
export function extractJson(text: string): string {
  const answer = withoutThoughts(text.trim()).trim();
  // Whole already, code blocks and all in its strings.
  if (/^[{[]/.test(answer)) return firstBalanced(answer) ?? answer;
  const block = firstBlock(answer);
  return firstBalanced(block ?? answer) ?? block ?? answer;
}

/** An opening tag may have been part of the prompt, and be missing here. */
function withoutThoughts(text: string): string {
  if (/^[{[`]/.test(text)) return text;
  const end = Math.max(...["</think>", "</thinking>"].map((tag) => endOf(text, tag)));
  return end < 0 ? text : text.slice(end);
}

function endOf(text: string, tag: string): number {
  const at = text.lastIndexOf(tag);
  return at < 0 ? -1 : at + tag.length;
}

function firstBlock(text: string): string | null {
  const start = text.indexOf("```");
  if (start < 0) return null;
  const from = start + (/^```\w*/.exec(text.slice(start, start + 30))?.[0].length ?? 3);
  const end = text.indexOf("```", from);
  return text.slice(from, end < 0 ? undefined : end).trim();
}

/** From the first bracket to the one that closes it; brackets in strings do not count. */
function firstBalanced(text: string): string | null {
  const start = text.search(/[{[]/);
  if (start < 0) return null;
  let depth = 0;
  for (const { 0: sign, index } of text.slice(start).matchAll(/[{}[\]]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"?/g)) {
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    if (depth === 0) return text.slice(start, start + index + 1);
  }
  return null;
}
