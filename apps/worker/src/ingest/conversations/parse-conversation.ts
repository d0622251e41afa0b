import type { ConversationContent, ConversationMessage } from "@sluice/core";

export interface ParsedConversation {
  /** The id that the file gives it, if it does. */
  readonly id: string | null;
  readonly content: ConversationContent;
}

/** What is wrong with a value that is no conversation, to stand behind the name of what holds it. */
export interface NotAConversation {
  readonly fault: string;
}

/**
 * What a JSON value says if it is in OpenAI's chat format (`{"messages": [{"role", "content"}]}`), in our simple one
 * (`{"title", "messages": [{"speaker", "text"}]}`), an array of such, or a bare array of messages. Messages without
 * text (tool calls, images) are left out.
 */
export function parseConversations(
  value: unknown,
): { readonly conversations: readonly ParsedConversation[] } | NotAConversation {
  if (!Array.isArray(value)) return parseAll([value], () => "");
  const items: unknown[] = value;
  if (items.length === 0) return { fault: "is an empty array" };
  if (isObject(items[0]) && !("messages" in items[0])) return parseAll([{ messages: items }], () => "");
  return parseAll(items, (index) => `is an array in which item ${index} `);
}

/** Whether a value could be a message of its own, as in files with one message per line. */
export function isMessage(value: unknown): boolean {
  return isObject(value) && !("messages" in value) && parseMessage(value) !== null;
}

function parseAll(
  values: readonly unknown[],
  place: (index: number) => string,
): { readonly conversations: readonly ParsedConversation[] } | NotAConversation {
  const conversations: ParsedConversation[] = [];
  for (const [index, value] of values.entries()) {
    const parsed = parseConversation(value);
    if ("fault" in parsed) return { fault: `${place(index)}${parsed.fault}` };
    conversations.push(parsed);
  }
  return { conversations };
}

function parseConversation(value: unknown): ParsedConversation | NotAConversation {
  const given: unknown = isObject(value) ? value["messages"] : undefined;
  if (!isObject(value) || !Array.isArray(given)) {
    return { fault: 'has no "messages" array of {"role", "content"} or {"speaker", "text"}' };
  }
  const messages = given.map(parseMessage);
  const broken = messages.indexOf(null);
  if (broken !== -1) {
    return { fault: `has a message ${broken} with neither "role" and "content" nor "speaker" and "text"` };
  }
  const spoken = messages.filter((message) => message !== null).filter(({ text }) => text.trim() !== "");
  if (spoken.length === 0) return { fault: "has no message with text in it" };
  const id = value["id"] ?? value["conversation_id"];
  return {
    id: typeof id === "string" || typeof id === "number" ? cleanText(String(id)) : null,
    content: { type: "conversation", title: nameOf(value["title"]), messages: spoken },
  };
}

function parseMessage(value: unknown): ConversationMessage | null {
  if (!isObject(value)) return null;
  const speaker = speakerOf(value);
  const text = textOf(value);
  return speaker === null || text === null ? null : { speaker, text };
}

/** OpenAI messages may carry the name of who has the role. */
function speakerOf(message: Record<string, unknown>): string | null {
  return (
    nameOf(message["speaker"]) ??
    (nameOf(message["role"]) && (nameOf(message["name"]) ?? nameOf(message["role"])))
  );
}

/** `""` when there is none by intent: an assistant that only calls tools has `content: null`. */
function textOf(message: Record<string, unknown>): string | null {
  const text = message["speaker"] === undefined ? message["content"] : message["text"];
  if (typeof text === "string") return cleanText(text);
  if (Array.isArray(text))
    return cleanText(
      text
        .map(partText)
        .filter((part) => part !== "")
        .join("\n"),
    );
  return text === null || "tool_calls" in message ? "" : null;
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const text = isObject(part) ? part["text"] : undefined;
  return typeof text === "string" ? text : "";
}

function nameOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? cleanText(value.trim()) : null;
}

/** JSON can escape what Postgres cannot store. */
function cleanText(text: string): string {
  return text.replaceAll(/\p{Surrogate}|\0/gu, "\uFFFD");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
