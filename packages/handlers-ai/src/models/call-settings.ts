import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";

/** How a model is asked, beside the question itself. */
export interface CallSettings {
  readonly maxOutputTokens: number;
  readonly reasoning?: NonNullable<LanguageModelV4CallOptions["reasoning"]>;
  readonly providerOptions: SharedV4ProviderOptions;
}

const answerTokens = 1_500;
/** Models that think by themselves do so at the expense of the answer, unless there is room for both. */
const untoldThinkingTokens = 4_000;

/**
 * The settings for a `thinkingBudgetOverride`, `null` for none. Budgets go as they are to those who count in tokens, within
 * what their models take; the others get the nearest level, which the SDK translates for each model.
 */
export function callSettings(provider: string, thinkingBudget: number | null): CallSettings {
  return {
    maxOutputTokens: maxOutputTokens(provider, thinkingBudget),
    ...(thinkingBudget !== null && { reasoning: levelOf(thinkingBudget) }),
    providerOptions: thinkingBudget === null || thinkingBudget === 0 ? {} : budgetOptions(thinkingBudget),
  };
}

/** How much of the model's window an answer may take, thinking included, which Anthropic's SDK adds to the limit. */
export function roomOfAnswer(provider: string, thinkingBudget: number | null): number {
  const limit = maxOutputTokens(provider, thinkingBudget);
  return provider.startsWith("anthropic") ? limit + (thinkingBudget ?? 0) : limit;
}

// Anthropic's models think only when told to, the SDK makes room for it, and the limit counts against the quota in advance.
function maxOutputTokens(provider: string, thinkingBudget: number | null): number {
  return provider.startsWith("anthropic")
    ? answerTokens
    : answerTokens + (thinkingBudget ?? untoldThinkingTokens);
}

function levelOf(thinkingBudget: number): "none" | "low" | "medium" | "high" {
  if (thinkingBudget === 0) return "none";
  return thinkingBudget <= 2_000 ? "low" : thinkingBudget <= 10_000 ? "medium" : "high";
}

function budgetOptions(thinkingBudget: number): SharedV4ProviderOptions {
  return {
    // The least that Claude takes; and what all Gemini models take.
    anthropic: { thinking: { type: "enabled", budgetTokens: Math.max(1_024, thinkingBudget) } },
    google: { thinkingConfig: { thinkingBudget: Math.min(24_576, Math.max(128, thinkingBudget)) } },
  };
}
