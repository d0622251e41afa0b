import { unique } from "./code-text.js";
import type { LanguageFamily } from "./mask-code.js";

/** The public members that a class, an interface, a struct or an enum declares, in order. */
export function membersOf(
  code: string,
  name: string,
  family: LanguageFamily,
): { methods: readonly string[]; fields: readonly string[] } {
  const outline = outlineOf(code, family);
  const isPublic = (member: string) =>
    !/^[_#]/u.test(member) &&
    member !== name &&
    !/^(?:constructor|if|for|while|switch|catch|return|function|new|super|await|get|set|static|fn|func|readonly|public|private|protected|default|case|import|export|const|let|var|type|async|else|pass|def|class)$/u.test(
      member,
    );
  const methods =
    family === "python"
      ? [...outline.matchAll(/^\s*(?:async\s+)?def\s+(\w+)/gmu)]
      : [
          ...outline.matchAll(
            /(?<!private\s|private\s{2}|@|\bnew\s|=\s|[.\w$#])([\p{L}_$][\p{L}\p{N}_$]*)\??\s*(?:<[^<>()]*>)?\(\)/gu,
          ),
        ];
  const fields =
    family === "python"
      ? [...outline.matchAll(/^\s*(\w+)\s*[:=]/gmu)]
      : family === "go"
        ? [...outline.matchAll(/^\s*([A-Z]\w*)\s+[\w*[\]]/gmu)]
        : family === "java"
          ? [...outline.matchAll(/([\w$]+)\s*(?:=[^;]*)?;/gu)]
          : [
              ...outline.matchAll(
                /(?:^|[;,{}\n])\s*(?:(?:readonly|public|static|declare|override|pub(?:\(\w*\))?)\s+)*([\p{L}_$][\p{L}\p{N}_$]*)[?!]?\s*(?=[:=;,\n]|$)/gu,
              ),
            ];
  const namesOf = (found: readonly RegExpMatchArray[]) =>
    unique(found.map((match) => match[1] ?? "").filter(isPublic));
  const named = namesOf(methods);
  return { methods: named, fields: namesOf(fields).filter((field) => !named.includes(field)) };
}

/** The text directly inside the outermost braces (Python: one step in), brackets emptied. */
function outlineOf(code: string, family: LanguageFamily): string {
  if (family === "python") {
    const indents = code
      .split("\n")
      .slice(1)
      .filter((line) => line.trim() !== "")
      .map((line) => /^\s*/u.exec(line)?.[0].length ?? 0);
    const base = Math.min(...indents.filter((indent) => indent > (/^\s*/u.exec(code)?.[0].length ?? 0)));
    return code
      .split("\n")
      .slice(1)
      .filter((line) => /^\s*/u.exec(line)?.[0].length === base)
      .join("\n");
  }
  let outline = "";
  const open: string[] = [];
  for (const sign of code) {
    if (sign === "}" || sign === ")") open.pop();
    if (open.length === 1 && open[0] === "{" && sign !== "}") outline += sign === "{" ? "{" : sign;
    if (sign === "{" || sign === "(") open.push(sign);
    else if (open.length === 1 && (sign === "}" || sign === ")")) outline += sign === "}" ? "}\n" : "";
  }
  return outline;
}
