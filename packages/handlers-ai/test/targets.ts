import type { CodeEntityContent, ConversationContent } from "@sluice/core";

export function codeEntity(source: string): CodeEntityContent {
  return {
    type: "code_entity",
    kind: "function",
    name: "parse",
    container: null,
    language: "typescript",
    path: "src/parse.ts",
    startLine: 1,
    endLine: 3,
    documentation: null,
    source,
  };
}

export function conversation(...texts: readonly string[]): ConversationContent {
  return { type: "conversation", title: null, messages: texts.map((text) => ({ speaker: "ann", text })) };
}
