import type { ReplayedAnswer } from "@sluice/testkit/provider";

/** An answer of the Chat Completions API, as OpenAI and all that are compatible with it give it. */
export function chatCompletion(
  content: string | null,
  { finishReason = "stop", headers = {} }: { finishReason?: string; headers?: Record<string, string> } = {},
): ReplayedAnswer {
  return {
    status: 200,
    headers,
    body: {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "test-model",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finishReason }],
      usage: { prompt_tokens: 210, completion_tokens: 33, total_tokens: 243 },
    },
  };
}
