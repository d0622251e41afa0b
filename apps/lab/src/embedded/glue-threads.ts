import type { ConversationContent } from "@sluice/core";
import type { Thread } from "./read-threads.js";

/** A conversation whose topics are known, since each is a thread of its own. */
export interface GluedConversation {
  readonly content: ConversationContent;
  /** Number of messages of each topic. */
  readonly lengths: readonly number[];
}

const minMessages = 4;
const maxMessages = 8;

/** So many conversations of so many topics each, the same for the same chances. */
export function glueThreads(
  threads: readonly Thread[],
  {
    topics,
    count,
    random,
  }: { readonly topics: number; readonly count: number; readonly random: () => number },
): readonly GluedConversation[] {
  const long = threads.filter(({ length }) => length >= minMessages);
  if (long.length < topics)
    throw new Error(`there are only ${long.length} threads of ${minMessages} messages`);
  return Array.from({ length: count }, () => {
    const chosen = new Set<Thread>();
    while (chosen.size < topics) chosen.add(long[Math.floor(random() * long.length)] ?? []);
    const parts = [...chosen].map((thread) =>
      thread.slice(0, minMessages + Math.floor(random() * (maxMessages - minMessages + 1))),
    );
    const messages = parts.flat().map(({ speaker, text }) => ({ speaker, text }));
    return {
      content: { type: "conversation", title: null, messages },
      lengths: parts.map(({ length }) => length),
    };
  });
}
