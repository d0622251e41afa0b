import {
  type CodeEntityContent,
  type ConversationContent,
  type ProjectDocumentContent,
  type TargetContent,
  toStorableText,
} from "@sluice/core";
import type { Stretch } from "../embedded/topics/segment-conversation.js";
import { type InputRoom, mostTokens } from "../models/input-room.js";
import { divideConversation, fitConversation } from "./fit-conversation.js";
import { fitDocument } from "./fit-document.js";
import { fitText } from "./fit-text.js";
import type { Prompt } from "./prompt.js";

/** Nothing is said about less. */
const minInputLength = 200;

/** The question that belongs to a target, its text cut to the room (with a line or two about it), by its structure. */
export function promptFor(content: TargetContent, { maxLength, maxTokens }: InputRoom): Prompt {
  // What a cut leaves may have more bytes to a character than what it took: it is cut until it fits.
  const promptOf = promptsOf(content);
  for (let length = maxLength; ; ) {
    const { input, ...asked } = promptOf(length);
    const prompt = {
      ...asked,
      input: toStorableText(input.replaceAll("\r\n", "\n").normalize("NFC")),
    };
    const tokens = mostTokens(prompt.input);
    if (maxTokens === null || tokens <= maxTokens || length <= minInputLength) return prompt;
    const share = Math.min(0.95, maxTokens / tokens);
    length = Math.max(minInputLength, Math.floor(Math.min(length, input.length) * share));
  }
}

/** The question for any length of the input; what is the same for all of them is found once. */
function promptsOf(content: TargetContent): (maxInputLength: number) => Prompt {
  switch (content.type) {
    case "code_entity":
      return (maxInputLength) => codeEntityPrompt(content, maxInputLength);
    case "project_document":
      return (maxInputLength) => documentPrompt(content, maxInputLength);
    case "conversation":
      return conversationPrompts(content);
  }
}

function codeEntityPrompt(entity: CodeEntityContent, maxInputLength: number): Prompt {
  const { kind, name, container, language, path, documentation, source } = entity;
  const place = container === null ? path : `${container} in ${path}`;
  // A comment above the entity is no part of its source, one inside it is.
  const isApart = documentation !== null && !source.includes(documentation.split("\n", 1)[0] ?? "");
  const text = isApart ? `${documentation}\n\n${source}` : source;
  return {
    schemaName: "entity_summary",
    version: "1",
    instructions:
      "You describe code to engineers who look for it. Answer with a summary of 1 or 2 technical sentences that say what the code does (not how it is written), and 3 to 5 keywords of its subject.",
    input: `${language} ${kind} ${name} (${place})\n\n${fitText(text, maxInputLength)}`,
  };
}

function documentPrompt(
  { path, title, format, text }: ProjectDocumentContent,
  maxInputLength: number,
): Prompt {
  const fitted = format === "markdown" ? fitDocument(text, maxInputLength) : fitText(text, maxInputLength);
  return {
    schemaName: "document_summary",
    version: "1",
    instructions:
      "You describe a document of a software project to people who look for it. Answer with a summary of 2 or 3 sentences, and 3 to 5 keywords of its subject.",
    input: `${title ?? path}\n\n${fitted}`,
  };
}

function conversationPrompts({ title, messages }: ConversationContent): (maxInputLength: number) => Prompt {
  let stretches: readonly Stretch[] | null = null;
  const divide = () => {
    stretches ??= divideConversation(messages);
    return stretches;
  };
  return (maxInputLength) => ({
    schemaName: "topics",
    version: "1",
    instructions:
      "You find the topics of a conversation. Answer with up to 3 topics in the order of the conversation, each with a summary of 1 or 2 sentences, 3 to 5 keywords, one short tag for its purpose, and the numbers of its first and last message as they stand in brackets at the begin of a line.",
    input: `${title ?? "A conversation"}\n\n${fitConversation(messages, maxInputLength, divide)}`,
  });
}
