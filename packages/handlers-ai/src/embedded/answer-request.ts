import type { ConversationTopic } from "@sluice/core";
import { summarizeCode } from "./code/summarize-code.js";
import type { EmbeddedRequest } from "./content-schema.js";
import { extractKeywords } from "./document/extract-keywords.js";
import { readDocument } from "./document/read-document.js";
import { summarizeDocument } from "./document/summarize-document.js";
import { findTopics } from "./topics/find-topics.js";

/** What the model answers, before it becomes JSON. */
export type EmbeddedAnswer =
  | { readonly summary: string; readonly keywords: readonly string[] }
  | { readonly topics: readonly ConversationTopic[] };

/** Does the work, 5 to 50 ms of it, on the thread that calls. The same request has the same answer. */
export function answerRequest({ name, content }: EmbeddedRequest): EmbeddedAnswer {
  switch (name) {
    case "entity_summary":
      return summarizeCode(content);
    case "document_summary": {
      const document = readDocument(content);
      return { summary: summarizeDocument(document), keywords: extractKeywords(document) };
    }
    case "topics":
      return { topics: findTopics(content) };
  }
}
