import { startFaultServer } from "@sluice/testkit/provider";
import { z } from "zod";

// A model provider as a process of its own (started by `start-quota-provider.ts`), in OpenAI's Chat Completions API. It is told its
// mood by messages of its parent, and answers each with what it has seen.

/** `has-a-quota`: after eight answers it is used up. `answers-but-one`: one document it never takes. */
export type Mood = "has-a-quota" | "answers-but-one" | "answers";

export interface Seen {
  /** How often each document was answered. */
  readonly answered: Readonly<Record<string, number>>;
  readonly refusals: number;
  readonly prompts: readonly string[];
}

const quota = 8;
const [, , poisoned, key] = process.argv;

let mood: Mood = "has-a-quota";
let refusals = 0;
const answered = new Map<string, number>();
const prompts = new Set<string>();

const chatRequest = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

const server = await startFaultServer();
server.answer = ({ body }) => {
  const { messages } = chatRequest.parse(JSON.parse(body));
  for (const { content } of messages) prompts.add(content);
  const document = /doc-\d\d\.md/.exec(body)?.[0] ?? "unknown";
  // Its errors repeat what they should not: neither may be found anywhere afterwards.
  if (mood === "has-a-quota" && answered.size >= quota) {
    refusals += 1;
    const message = `Rate limit reached for key ${key}. You asked: ${body}`;
    return {
      status: 429,
      headers: { "retry-after": "120" },
      body: { error: { message, code: "rate_limit_exceeded" } },
    };
  }
  if (mood !== "answers" && document === poisoned)
    return { status: 400, body: { error: { message: `Key ${key} sent what cannot be read: ${body}` } } };
  answered.set(document, (answered.get(document) ?? 0) + 1);
  const content = JSON.stringify({
    summary: `Says what ${document} is about.`,
    keywords: ["queue", "jobs", "order"],
  });
  return {
    status: 200,
    body: {
      id: "1",
      object: "chat.completion",
      created: 0,
      model: "test",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
    },
  };
};

process.on("message", (wanted: { readonly mood: Mood }) => {
  mood = wanted.mood;
  const seen: Seen = { answered: Object.fromEntries(answered), refusals, prompts: [...prompts] };
  process.send?.(seen);
});
process.on("disconnect", () => process.exit());
process.send?.({ url: server.url });
