/** How much of a target a model can be told. */
export interface InputRoom {
  /** Characters of a target's text. */
  readonly maxLength: number;
  /** Of all that is said about the target; `null` where nobody knows the model's window. */
  readonly maxTokens: number | null;
}

/** Our instructions, the answer's schema as the provider puts it, and what a chat has around its messages: some 500 with most. */
const overheadTokens = 1_000;
/** In a window that is hardly larger than the answer. The call may be refused then, and says so. */
const leastTokens = 500;

/**
 * What is left of the model's window when the longest answer has had its room: providers refuse a call whose input and
 * `max_tokens` exceed it together, also when the answer would have been short.
 */
export function inputRoom({
  contextWindow,
  answerTokens,
  maxInputLength,
}: {
  readonly contextWindow: number | null;
  readonly answerTokens: number;
  readonly maxInputLength: number;
}): InputRoom {
  return {
    maxLength: maxInputLength,
    maxTokens:
      contextWindow === null ? null : Math.max(leastTokens, contextWindow - answerTokens - overheadTokens),
  };
}

/**
 * More tokens than any tokenizer in use makes of ordinary text: two bytes of UTF-8 to one. English has four or more to a token, code
 * three, Cyrillic and Chinese between two and four; only what is no text, base64 say, comes near it.
 */
export function mostTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 2);
}
