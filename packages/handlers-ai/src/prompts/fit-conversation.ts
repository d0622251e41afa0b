import type { ConversationMessage } from "@sluice/core";
import { readMessage } from "../embedded/topics/read-message.js";
import { type Stretch, segmentConversation } from "../embedded/topics/segment-conversation.js";
import { fitText } from "./fit-text.js";

const maxMessageLength = 4_000;
const minMessageLength = 200;
/** Of a message, and of all of them (but some of each), when only likeness of messages is looked at. */
const maxReadLength = 2_000;
const maxReadLengthOfAll = 200_000;
/** "[… messages 1234 to 5678 left out …]", and the blank lines around it. */
const noteLength = 60;

/**
 * The messages by number, within `maxLength` characters. Long messages are cut first. When that is not enough, the
 * conversation is divided where its subject seems to change, and each part is shown by its first and last messages, so that
 * none is lost as a whole; what is left out is noted. Who fits it to one length after the other divides it once.
 */
export function fitConversation(
  messages: readonly ConversationMessage[],
  maxLength: number,
  divide: () => readonly Stretch[] = () => divideConversation(messages),
): string {
  const share = Math.floor(maxLength / Math.max(1, messages.length));
  const longest = Math.min(maxMessageLength, Math.max(minMessageLength, share));
  const numbered = messages.map(
    ({ speaker, text }, index) => `[${index}] ${indent(`${speaker}: ${fitText(text, longest)}`)}`,
  );
  const whole = numbered.join("\n\n");
  if (whole.length <= maxLength) return whole;
  const parts = divide().map(({ from, to }) => {
    const part = numbered.slice(from, to + 1);
    const room = Math.floor((maxLength * part.join("\n\n").length) / whole.length);
    return fitPart(part, from, room - noteLength);
  });
  // A speaker's name has any length, too.
  return fitText(parts.join("\n\n"), maxLength);
}

/** Where its subject seems to change. Costly, and the same for every length. */
export function divideConversation(messages: readonly ConversationMessage[]): readonly Stretch[] {
  const share = Math.floor(maxReadLengthOfAll / Math.max(1, messages.length));
  const longest = Math.min(maxReadLength, Math.max(minMessageLength, share));
  return segmentConversation(messages.map(({ text }) => readMessage(text, longest)));
}

/** Two of its first messages for each of its last ones, as many as fit; at least the first. */
function fitPart(part: readonly string[], from: number, room: number): string {
  let head = 1;
  let tail = 0;
  let left = room - (part[0]?.length ?? 0);
  while (head + tail < part.length) {
    const isTail = head >= 2 * (tail + 1);
    left -= 2 + (part[isTail ? part.length - 1 - tail : head]?.length ?? 0);
    if (left < 0) break;
    if (isTail) tail += 1;
    else head += 1;
  }
  const missing = part.length - head - tail;
  if (missing === 0) return part.join("\n\n");
  const note = `[… messages ${from + head} to ${from + head + missing - 1} left out …]`;
  return [...part.slice(0, head), note, ...part.slice(part.length - tail)].join("\n\n");
}

/** Only messages begin at the margin: none can pretend to be two. */
function indent(text: string): string {
  return text.replaceAll(/\r\n?|[\n\u2028\u2029\u0085\v\f]/g, "\n  ");
}
