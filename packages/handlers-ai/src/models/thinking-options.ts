import type { SharedV4ProviderOptions } from "@ai-sdk/provider";

/** `thinkingBudgetOverride` in the words of each provider; one that does not know the namespace ignores it. */
export function thinkingOptions(budget: number | null): SharedV4ProviderOptions {
  if (budget === null) return {};
  return {
    google: { thinkingConfig: { thinkingBudget: budget } },
    anthropic: { thinking: budget === 0 ? { type: "disabled" } : { type: "enabled", budgetTokens: budget } },
    openai: {
      reasoningEffort:
        budget === 0 ? "minimal" : budget <= 2_000 ? "low" : budget <= 10_000 ? "medium" : "high",
    },
  };
}
