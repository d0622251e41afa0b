import type { ProjectDocumentContent } from "@sluice/core";

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(\r?\n|$)/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = { markdown: /^ {0,3}(=+|-{2,})\s*$/, text: /^([=\-~^"'*+#`:.])\1{2,}\s*$/ };

/** The title of the front matter, else the first heading that has words in it. */
export function findTitle(text: string, format: ProjectDocumentContent["format"]): string | null {
  const frontMatter = format === "markdown" ? FRONT_MATTER.exec(text) : null;
  const declared = /^title:[ \t]*(["']?)(.+?)\1[ \t]*\r?$/m.exec(frontMatter?.[1] ?? "")?.[2];
  if (declared !== undefined) return declared.trim();
  const body = text.slice(frontMatter?.[0].length ?? 0).replaceAll(/<!--[\s\S]*?-->/g, "");
  for (const heading of headingsOf(body.split(/\r?\n/), format)) {
    const words = format === "markdown" ? stripMarkup(heading) : heading.trim();
    if (/[\p{L}\p{N}]/u.test(words)) return words;
  }
  return null;
}

function* headingsOf(lines: readonly string[], format: ProjectDocumentContent["format"]): Generator<string> {
  let fence: string | null = null;
  for (const [index, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null || mark !== undefined) {
      if (fence === null) fence = mark ?? null;
      else if (mark?.startsWith(fence)) fence = null;
      continue;
    }
    const next = lines[index + 1] ?? "";
    if (format === "markdown") {
      const heading =
        /^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$/.exec(line) ?? /<h[1-6][^>]*>(.+?)<\/h[1-6]>/i.exec(line);
      if (heading?.[1] !== undefined) yield heading[1];
    }
    const isText = /^ {0,3}[\p{L}\p{N}\p{P}]/u.test(line) && !UNDERLINE[format].test(line);
    if (isText && UNDERLINE[format].test(next)) yield line;
  }
}

/** `[Sluice](https://…) ![badge](…) **now**` → `Sluice now` */
function stripMarkup(heading: string): string {
  return heading
    .replaceAll(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/g, "")
    .replaceAll(/\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replaceAll(/<[^>]+>|[`*]|\{#[^}]*\}/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
