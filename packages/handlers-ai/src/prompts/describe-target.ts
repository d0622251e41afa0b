import type {
  CodeEntityContent,
  ConversationContent,
  ProjectDocumentContent,
  TargetContent,
} from "@sluice/core";
import { fitText } from "./fit-text.js";
import type { Prompt } from "./prompt.js";

// About 30,000 tokens: within the window of every model in use, and dear enough.
const maxInputLength = 120_000;
const maxMessageLength = 4_000;

/** The question that belongs to a target. The input is the normalised text alone; it is delimited when it is sent. */
export function promptFor(content: TargetContent): Prompt {
  switch (content.type) {
    case "code_entity":
      return codeEntityPrompt(content);
    case "project_document":
      return documentPrompt(content);
    case "conversation":
      return conversationPrompt(content);
  }
}

function codeEntityPrompt({ kind, name, container, language, path, source }: CodeEntityContent): Prompt {
  const place = container === null ? path : `${container} in ${path}`;
  return {
    schemaName: "entity_summary",
    version: "1",
    instructions:
      "You describe code to engineers who look for it. Answer with a summary of 1 or 2 technical sentences that say what the code does (not how it is written), and 3 to 5 keywords of its subject.",
    input: `${language} ${kind} ${name} (${place})\n\n${fitText(source, maxInputLength)}`,
  };
}

function documentPrompt({ path, title, text }: ProjectDocumentContent): Prompt {
  return {
    schemaName: "document_summary",
    version: "1",
    instructions:
      "You describe a document of a software project to people who look for it. Answer with a summary of 2 or 3 sentences, and 3 to 5 keywords of its subject.",
    input: `${title ?? path}\n\n${fitText(text, maxInputLength)}`,
  };
}

function conversationPrompt({ title, messages }: ConversationContent): Prompt {
  const share = Math.max(200, Math.floor(maxInputLength / Math.max(1, messages.length)));
  const lines = messages.map(
    ({ speaker, text }, index) =>
      `[${index}] ${speaker}: ${fitText(text, Math.min(maxMessageLength, share))}`,
  );
  return {
    schemaName: "topics",
    version: "1",
    instructions:
      "You find the topics of a conversation. Answer with up to 3 topics in the order of the conversation, each with a summary of 1 or 2 sentences, 3 to 5 keywords, one short tag for its purpose, and the numbers of its first and last message as they stand in brackets.",
    input: `${title ?? "A conversation"}\n\n${lines.join("\n\n")}`,
  };
}
