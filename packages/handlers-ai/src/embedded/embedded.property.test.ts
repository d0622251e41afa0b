import type { CodeEntityContent } from "@sluice/core";
import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { answerRequest } from "./answer-request.js";
import type { EmbeddedRequest } from "./content-schema.js";

const pieces = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "# Title\n",
    "## Usage\n\n",
    "\n\n",
    "- item\n",
    "> quote\n",
    "```\ncode();\n```\n",
    "| a | b |\n| - | - |\n",
    "![i](u)",
    "[text](https://a.b)",
    "**bold** ",
    "*it* ",
    "`code` ",
    "<b>x</b> ",
    "&amp; ",
    "---\n",
    "[^1]",
    "The gate closes when the provider refuses. ",
    "A worker claims jobs and runs them. ",
    "It has the following options:\n",
    "e.g. this ",
    "日本語の文です。",
    "Это предложение о шлюзе. ",
    "هذه جملة عن بوابة. ",
    "👩‍👩‍👧 ",
    "/** doc */ function a(b) {",
    "class A { b() {} }",
    "@param x y\n",
    "def f(a, *, b=1) -> int:\n",
    "fn a<'b>(&self) -> Result<A, B> {",
    "(",
    ")",
    "{",
    "}",
    '"',
    "'",
    "`",
    "\\",
    "\u0000",
    "\ud800",
  ),
);
const text = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

const codeEntity: fc.Arbitrary<CodeEntityContent> = fc.record({
  type: fc.constant("code_entity" as const),
  kind: fc.constantFrom(
    "function",
    "method",
    "class",
    "interface",
    "struct",
    "enum",
    "type",
    "constant",
    "constructor",
    "getter",
    "impl",
    "??",
  ),
  name: fc.oneof(
    fc.constantFrom("parseHTTPHeader", "isOpen", "__init__", "$el", "toString", "use", "test_a_b", "$", "*"),
    fc.string({ unit: "grapheme" }),
  ),
  container: fc.option(fc.string()),
  language: fc.constantFrom("JavaScript", "TypeScript", "TSX", "Python", "Go", "Rust", "Java", "Klingon"),
  path: fc.constantFrom("src/jobs/claim.ts", "index.js", ""),
  startLine: fc.nat(),
  endLine: fc.nat(),
  documentation: fc.option(text),
  source: text,
});

const request: fc.Arbitrary<EmbeddedRequest> = fc.oneof(
  codeEntity.map((content): EmbeddedRequest => ({ name: "entity_summary", content })),
  fc
    .record({
      type: fc.constant("project_document" as const),
      path: fc.constant("README.md"),
      title: fc.option(fc.string({ unit: "grapheme" })),
      format: fc.constantFrom("markdown" as const, "text" as const),
      text,
    })
    .map((content): EmbeddedRequest => ({ name: "document_summary", content })),
);

const conversation = fc
  .record({
    type: fc.constant("conversation" as const),
    title: fc.option(fc.string()),
    messages: fc.array(fc.record({ speaker: fc.constantFrom("user", "assistant", ""), text }), {
      maxLength: 12,
    }),
  })
  .map((content): EmbeddedRequest => ({ name: "topics", content }));

/** Remains of Markdown that no sentence of a person holds. */
const leftover = /\*\*|```|\]\(|!\[|^#{1,6}\s|^>\s|<\/?b>/m;

function expectSentences(summary: string): void {
  expect(summary).toMatch(/^["'“‘«(¿¡]?[\p{L}\p{N}$_@]/u);
  expect(summary).toMatch(/[.!?…。！？।؟]["'”’»)]?$/u);
  expect(summary).not.toMatch(leftover);
  expect(summary).not.toMatch(/[\n\r]/);
}

function expectKeywords(keywords: readonly string[]): void {
  expect(keywords.length).toBeLessThanOrEqual(5);
  expect(new Set(keywords.map((keyword) => keyword.toLowerCase())).size).toBe(keywords.length);
  for (const keyword of keywords) {
    expect(keyword.trim()).toBe(keyword);
    expect(keyword).toMatch(/\p{L}/u);
    expect(keyword).not.toMatch(leftover);
  }
}

describe("the embedded model, whatever it is given", () => {
  test("answers code and documents with sentences and at most five keywords", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const answer = answerRequest(asked);
        if (!("summary" in answer)) throw new Error("expected a summary");
        expectSentences(answer.summary);
        expectKeywords(answer.keywords);
      }),
      { numRuns: 300 },
    );
  });

  test("covers a conversation with at most three topics, without gaps or overlaps", () => {
    fc.assert(
      fc.property(conversation, (asked) => {
        const answer = answerRequest(asked);
        if (!("topics" in answer) || asked.name !== "topics") throw new Error("expected topics");
        const count = asked.content.messages.length;
        expect(answer.topics.length).toBeLessThanOrEqual(3);
        expect(answer.topics.length > 0).toBe(count > 0);
        let next = 0;
        for (const topic of answer.topics) {
          expect(topic.fromMessage).toBe(next);
          expect(topic.toMessage).toBeGreaterThanOrEqual(topic.fromMessage);
          next = topic.toMessage + 1;
          expectSentences(topic.summary);
          expectKeywords(topic.keywords);
        }
        expect(next).toBe(count);
      }),
      { numRuns: 150 },
    );
  });

  test("gives the same answer to the same request", () => {
    fc.assert(
      fc.property(fc.oneof(request, conversation), (asked) => {
        expect(answerRequest(structuredClone(asked))).toEqual(answerRequest(asked));
      }),
      { numRuns: 60 },
    );
  });
});
