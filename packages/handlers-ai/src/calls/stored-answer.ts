import type { LanguageModelV4GenerateResult, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { JsonValue } from "@sluice/core";
import { z } from "zod";

const finishReason = z.enum(["stop", "length", "content-filter", "tool-calls", "error", "other"]);
const tokens = z.number().nullable();

/** A model's answer as the ledger keeps it: enough to be read again as if it had just come. */
const storedAnswer = z.object({
  text: z.string(),
  finishReason,
  modelId: z.string().nullable(),
  usage: z.object({ inputTokens: tokens, cachedInputTokens: tokens, outputTokens: tokens }),
});

export function toStoredAnswer(result: LanguageModelV4GenerateResult): JsonValue {
  const text = result.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const reason = finishReason.safeParse(result.finishReason.unified);
  return {
    text,
    finishReason: reason.success ? reason.data : "other",
    modelId: result.response?.modelId ?? null,
    usage: {
      inputTokens: result.usage.inputTokens.total ?? null,
      cachedInputTokens: result.usage.inputTokens.cacheRead ?? null,
      outputTokens: result.usage.outputTokens.total ?? null,
    },
  };
}

/** `null`: not an answer that this version can read; it is as good as none. */
export function fromStoredAnswer(answer: JsonValue): LanguageModelV4GenerateResult | null {
  const parsed = storedAnswer.safeParse(answer);
  if (!parsed.success) return null;
  const { text, finishReason: unified, modelId } = parsed.data;
  return {
    content: [{ type: "text", text }],
    finishReason: { unified, raw: undefined },
    usage: nothingUsed,
    ...(modelId !== null && { response: { modelId } }),
    warnings: [],
  };
}

// Reading a stored answer costs nothing; what it cost once stands with the call.
const nothingUsed: LanguageModelV4Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};
