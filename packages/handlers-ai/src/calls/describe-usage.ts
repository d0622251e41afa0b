import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { RunUsage } from "@sluice/core";

/** What a call used, in our terms. What the provider did not say is `null`. */
export function describeUsage(
  model: string,
  { inputTokens, outputTokens }: LanguageModelV4Usage,
  costUsd: string | null,
): RunUsage {
  return {
    model,
    inputTokens: inputTokens.total ?? null,
    cachedInputTokens: inputTokens.cacheRead ?? null,
    outputTokens: outputTokens.total ?? null,
    costUsd,
  };
}

/** A stored answer costs nothing; what it cost once stands with the call that got it. */
export function nothingUsed(model: string): RunUsage {
  return { model, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costUsd: "0" };
}
