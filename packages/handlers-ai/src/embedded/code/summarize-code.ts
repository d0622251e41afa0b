import type { CodeEntityContent } from "@sluice/core";
import { describeDetails, describeEntity } from "./describe-code.js";
import { keywordsOfCode } from "./keywords-of-code.js";
import { type CodeFacts, readCode } from "./read-code.js";
import { documentationSentences } from "./read-documentation.js";

const maxShort = 160;
const maxLong = 400;

/**
 * What a piece of code is or does, in one or two sentences, and its keywords: in the words of its documentation where
 * there is some, otherwise (and for the details) from its names, parameters, calls and errors.
 */
export function summarizeCode(entity: CodeEntityContent): { summary: string; keywords: string[] } {
  const facts = readCode(entity);
  const documented = documentationSentences(
    entity.documentation ?? leadingComment(entity.source),
    entity.name,
  );
  return { summary: summary(entity, facts, documented), keywords: keywordsOfCode(entity, facts, documented) };
}

function summary(entity: CodeEntityContent, facts: CodeFacts, documented: readonly string[]): string {
  const [first, second] = documented;
  const details = describeDetails(entity, facts, first !== undefined);
  if (first === undefined)
    return [describeEntity(entity, facts), details].filter((part) => part !== "").join(" ");
  const next = second !== undefined && first.length + second.length < 2 * maxShort ? second : details;
  return next !== "" && first.length + next.length < maxLong ? `${first} ${next}` : first;
}

function leadingComment(source: string): string {
  return /^\s*(?:\/\*\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n\s*)+)/u.exec(source.slice(0, 6_000))?.[0] ?? "";
}
