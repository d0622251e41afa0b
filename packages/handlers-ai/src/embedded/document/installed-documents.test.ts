import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it as test } from "vitest";
import { answerRequest } from "../answer-request.js";

const store = fileURLToPath(new URL("../../../../../node_modules/.pnpm/", import.meta.url));
/** READMEs of packages that are installed here: real text by many hands. */
const readmes = readdirSync(store, { recursive: false })
  .map(String)
  .sort()
  .filter((folder) =>
    /^(?:acorn|cac|chokidar|cli-|commander|consola|debug|drizzle-orm|fast-|ignore|jiti|knip|magic-string|minimist|mlly|nanoid|picomatch|pino|postgres|pump|remark-|rolldown|stopword|tinyexec|tsup|turbo|unified|vitest|web-tree-sitter|yaml|zod)/.test(
      folder,
    ),
  )
  .flatMap((folder) => {
    const name = folder.replace(/@[\d.]+.*$/, "");
    const inside = `${store}${folder}/node_modules/${name}/`;
    return readdirSync(inside)
      .filter((file) => /^readme\.md$/i.test(file))
      .map((file) => ({ name, path: `${inside}${file}` }));
  });

describe("READMEs of installed packages", () => {
  test("are there", () => {
    expect(readmes.length).toBeGreaterThan(25);
  });

  test.each(readmes)("$name has a summary of whole sentences and keywords", ({ path }) => {
    const text = readFileSync(path, "utf8");
    const content = {
      type: "project_document" as const,
      path: "README.md",
      title: null,
      format: "markdown" as const,
      text,
    };
    const answer = answerRequest({ name: "document_summary", content });
    if (!("summary" in answer)) throw new Error("expected a summary");
    expect(answer.summary).not.toMatch(/^The document /);
    expect(answer.summary).toMatch(/^["“]?(?:\p{Lu}|[\p{Ll}\d-]+ )/u);
    expect(answer.summary).toMatch(/[.!]["”)]?$/u);
    expect(answer.summary).not.toMatch(/\*\*|`|\]\(|<\w+>|https?:|npm i|:$/);
    expect(answer.summary.split(" ").length).toBeGreaterThanOrEqual(4);
    expect(answer.keywords.length).toBeGreaterThanOrEqual(3);
    expect(answer.keywords.length).toBeLessThanOrEqual(5);
    expect(answer.keywords.join(" ")).not.toMatch(
      /\b(?:usage|examples?|npm|install|licen[cs]e|contributing)\b/i,
    );
  });
});
