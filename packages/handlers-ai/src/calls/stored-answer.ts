import type { LanguageModelV4GenerateResult } from "@ai-sdk/provider";
import { type JsonValue, toStorableText } from "@sluice/core";
import { z } from "zod";

const finishReason = z.enum(["stop", "length", "content-filter", "tool-calls", "error", "other"]);

/** A model's answer as the ledger keeps it: enough to be read again as if it had just come. */
const storedAnswer = z.object({
  text: z.string(),
  finishReason,
  modelId: z.string().nullable(),
  /** The job that asked. */
  jobId: z.string(),
});

export function toStoredAnswer(result: LanguageModelV4GenerateResult, jobId: string): JsonValue {
  const texts = result.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const reason = finishReason.safeParse(result.finishReason.unified);
  return {
    text: toStorableText(result.structuredOutputText ?? texts.join("")),
    finishReason: reason.success ? reason.data : "other",
    modelId: result.response?.modelId ?? null,
    jobId,
  };
}

/** `null`: not an answer that this version can read; it is as good as none. */
export function fromStoredAnswer(
  answer: JsonValue,
): { readonly result: LanguageModelV4GenerateResult; readonly jobId: string } | null {
  const parsed = storedAnswer.safeParse(answer);
  if (!parsed.success) return null;
  const { text, finishReason: unified, modelId, jobId } = parsed.data;
  const result: LanguageModelV4GenerateResult = {
    content: [{ type: "text", text }],
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 0, text: 0, reasoning: 0 },
    },
    ...(modelId !== null && { response: { modelId } }),
    warnings: [],
  };
  return { result, jobId };
}
