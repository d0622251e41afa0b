/** One message of a call, as OpenAI's protocol has it. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** A line, and the same line again: what handlers-ai puts before and behind a target's text, at random for each call. */
const delimited = /^(={5}[0-9a-f]+={5})\n[\s\S]*\n\1$/m;

/** What a call asks, told by its words alone: asked again, the same content is the same question. */
export function questionOf(messages: readonly ChatMessage[]): string {
  return JSON.stringify(messages.map(({ role, content }) => ({ role, content: withoutDelimiter(content) })));
}

function withoutDelimiter(content: string): string {
  const delimiter = delimited.exec(content)?.[1];
  // The text between the two does not contain it: that is what makes it a delimiter.
  return delimiter === undefined ? content : content.replaceAll(delimiter, "=====");
}
