import type { ConversationContent, ConversationTopic } from "@sluice/core";
import { classifyPurpose } from "./classify-purpose.js";
import { rankPhrases } from "./extract-keywords.js";
import { inWords } from "./in-words.js";
import { readMessage } from "./read-message.js";
import { segmentConversation } from "./segment-conversation.js";
import { summarizeMessages } from "./summarize-messages.js";

/**
 * One to three topics of a conversation, in order; together they cover all of its messages, without gaps or overlaps.
 * None for a conversation without messages.
 */
export function findTopics(conversation: ConversationContent): ConversationTopic[] {
  const texts = conversation.messages.map((message) => readMessage(message.text));
  const speakers = new Set(
    conversation.messages.flatMap(({ speaker }) => speaker.toLowerCase().split(/[^\p{L}\p{N}]+/u)),
  );
  return segmentConversation(texts).map(({ from, to }) => {
    const messages = texts.slice(from, to + 1);
    // The first message says what it is about, and so does the title if all of it is one topic.
    const title = from === 0 && to === texts.length - 1 ? conversation.title : null;
    const weighted = messages.map((text, place) => ({ text, weight: place === 0 ? 2 : 1 }));
    const keywords = rankPhrases([{ text: title ?? "", weight: 2 }, ...weighted], {
      title,
      except: speakers,
    });
    const purpose = classifyPurpose(messages);
    const summary = summarizeMessages(messages, title) ?? describeStretch(purpose, keywords, to - from + 1);
    return { summary, keywords, purpose, fromMessage: from, toMessage: to };
  });
}

/** For a stretch without a sentence worth showing. */
function describeStretch(purpose: string, keywords: readonly string[], messages: number): string {
  const length = messages === 1 ? "One message" : `${messages} messages`;
  if (keywords.length > 0) return `${length} about ${inWords(keywords.slice(0, 3))}.`;
  return purpose === "smalltalk" ? `${length} of small talk.` : `${length} without a clear subject.`;
}
