import {
  type ConversationTopic,
  OutputInvalidError,
  type SummaryEnrichment,
  type TopicsEnrichment,
  toStorableText,
} from "@sluice/core";
import type { SummaryAnswer, TopicsAnswer } from "./wire-schemas.js";

const maxSummaryLength = 1_000;
const maxKeywords = 5;
const maxKeywordLength = 60;
const maxTopics = 3;

/** The answer within our limits. Throws an OutputInvalidError when nothing usable is in it. */
export function clampSummary(answer: SummaryAnswer): SummaryEnrichment {
  const summary = clampText(answer.summary, maxSummaryLength);
  if (summary === "") throw new OutputInvalidError("the model answered an empty summary");
  return { kind: "summary", summary, keywords: clampKeywords(answer.keywords) };
}

/**
 * Ranges of the answer are made to point to existing messages, in order and without overlap; what is left without messages
 * is dropped. Throws an OutputInvalidError when the conversation has messages and no topic is left.
 */
export function clampTopics(answer: TopicsAnswer, messageCount: number): TopicsEnrichment {
  if (messageCount === 0) return { kind: "topics", topics: [] };
  const last = messageCount - 1;
  const found = answer.topics
    .map((topic) => ({
      summary: clampText(topic.summary, maxSummaryLength),
      keywords: clampKeywords(topic.keywords),
      purpose: clampText(topic.purpose, maxKeywordLength).toLowerCase() || "information",
      ...clampRange(topic, last),
    }))
    .filter(({ summary }) => summary !== "")
    .slice(0, maxTopics)
    .sort((one, other) => one.fromMessage - other.fromMessage);
  const topics: ConversationTopic[] = [];
  let next = 0;
  for (const topic of found) {
    const fromMessage = Math.max(next, topic.fromMessage);
    if (fromMessage > topic.toMessage) continue;
    topics.push({ ...topic, fromMessage });
    next = topic.toMessage + 1;
  }
  if (topics.length === 0)
    throw new OutputInvalidError("the model found no topic in a conversation that has messages");
  return { kind: "topics", topics };
}

/** A topic that does not say where it begins (ends) begins (ends) with the conversation; ends may be the wrong way round. */
function clampRange({ fromMessage, toMessage }: TopicsAnswer["topics"][number], last: number) {
  const from = clampIndex(fromMessage ?? 0, last);
  const to = clampIndex(toMessage ?? last, last);
  return { fromMessage: Math.min(from, to), toMessage: Math.max(from, to) };
}

function clampIndex(value: number, last: number): number {
  return Number.isNaN(value) ? 0 : Math.min(last, Math.max(0, Math.round(value)));
}

function clampText(text: string, maxLength: number): string {
  const clean = toStorableText(text).replace(/\s+/g, " ").trim();
  return clean.length <= maxLength ? clean : `${toStorableText(clean.slice(0, maxLength - 1)).trimEnd()}…`;
}

function clampKeywords(keywords: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const keyword of keywords) {
    const clean = clampText(keyword, maxKeywordLength);
    if (clean !== "" && !seen.has(clean.toLowerCase())) seen.set(clean.toLowerCase(), clean);
  }
  return [...seen.values()].slice(0, maxKeywords);
}
