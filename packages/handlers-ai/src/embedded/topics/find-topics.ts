import type { ConversationContent, ConversationTopic } from "@sluice/core";
import { inWords } from "../language/in-words.js";
import { rankPhrases } from "../language/rank-phrases.js";
import { classifyPurpose } from "./classify-purpose.js";
import { readMessage } from "./read-message.js";
import { segmentConversation } from "./segment-conversation.js";
import { summarizeMessages } from "./summarize-messages.js";

/** The messages of a long conversation are cut, each to its share of this, but not below a few sentences. */
const maxCharacters = 200_000;

/**
 * One to three topics of a conversation, in order; together they cover all of its messages, without gaps or overlaps.
 * None for a conversation without messages.
 */
export function findTopics(conversation: ConversationContent): ConversationTopic[] {
  const { messages } = conversation;
  const share = Math.min(8_000, Math.max(200, Math.floor(maxCharacters / messages.length)));
  const texts = messages.map((message) => readMessage(message.text, share));
  const speakers = new Set(messages.flatMap(({ speaker }) => speaker.toLowerCase().split(/[^\p{L}\p{N}]+/u)));
  return segmentConversation(texts).map(({ from, to }) => {
    const stretch = texts.slice(from, to + 1);
    // The first message says what it is about, and so does the title if all of it is one topic.
    const title = from === 0 && to === texts.length - 1 ? conversation.title : null;
    const weighted = stretch.map((text, place) => ({ text, weight: place === 0 ? 2 : 1 }));
    const keywords = rankPhrases([{ text: title ?? "", weight: 2 }, ...weighted], {
      title,
      except: speakers,
    });
    const purpose = classifyPurpose(stretch);
    const summary = summarizeMessages(stretch, title) ?? describeStretch(purpose, keywords, to - from + 1);
    return { summary, keywords, purpose, fromMessage: from, toMessage: to };
  });
}

/** For a stretch without a sentence worth showing. */
function describeStretch(purpose: string, keywords: readonly string[], messages: number): string {
  const length = messages === 1 ? "One message" : `${messages} messages`;
  if (keywords.length > 0) return `${length} about ${inWords(keywords.slice(0, 3))}.`;
  return purpose === "smalltalk" ? `${length} of small talk.` : `${length} without a clear subject.`;
}
