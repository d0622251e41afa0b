import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { RunUsage } from "@sluice/core";

/** What a call used, in our terms. What the provider did not say is `null`; so is the cost of a model without a price. */
export function describeUsage(model: string, { inputTokens, outputTokens }: LanguageModelV4Usage): RunUsage {
  const isFree = inputTokens.total === 0 && outputTokens.total === 0;
  return {
    model,
    inputTokens: inputTokens.total ?? null,
    cachedInputTokens: inputTokens.cacheRead ?? null,
    outputTokens: outputTokens.total ?? null,
    costUsd: isFree ? "0" : null,
  };
}
