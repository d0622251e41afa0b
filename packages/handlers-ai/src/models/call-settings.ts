import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import {
  canSwitchOff,
  geminiBudgets,
  type NamedModel,
  takesClaudeBudget,
  thinksUnasked,
} from "./thinking.js";

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
 * The settings for a `thinkingBudgetOverride`, `null` for none. Budgets go as they are to models that count in tokens, within
 * what they take; the others get the nearest level, which the SDK translates for each model.
 */
export function callSettings(model: NamedModel, thinkingBudget: number | null): CallSettings {
  return {
    maxOutputTokens: maxOutputTokens(model, thinkingBudget),
    ...(isTold(model, thinkingBudget) && { reasoning: levelOf(thinkingBudget) }),
    providerOptions: thinkingBudget === null ? {} : thinkingOptions(model, thinkingBudget),
  };
}

/** How much of the model's window an answer may take, thinking included, which Anthropic's SDK adds to the limit. */
export function roomOfAnswer(model: NamedModel, thinkingBudget: number | null): number {
  const limit = maxOutputTokens(model, thinkingBudget);
  return takesClaudeBudget(model) ? limit + (thinkingBudget ?? 0) : limit;
}

/** Whether the model is told how much to think: not if it may refuse to be told. */
function isTold(model: NamedModel, thinkingBudget: number | null): thinkingBudget is number {
  return thinkingBudget !== null && (thinkingBudget > 0 || canSwitchOff(model));
}

// The limit counts against the quota in advance: no room for thoughts where there are none, or where the SDK makes it.
function maxOutputTokens(model: NamedModel, thinkingBudget: number | null): number {
  if (takesClaudeBudget(model)) return answerTokens;
  if (isTold(model, thinkingBudget)) return answerTokens + thinkingBudget;
  return thinksUnasked(model) ? answerTokens + untoldThinkingTokens : answerTokens;
}

function levelOf(thinkingBudget: number): "none" | "low" | "medium" | "high" {
  if (thinkingBudget === 0) return "none";
  return thinkingBudget <= 2_000 ? "low" : thinkingBudget <= 10_000 ? "medium" : "high";
}

function thinkingOptions(model: NamedModel, thinkingBudget: number): SharedV4ProviderOptions {
  const gemini = geminiBudgets(model);
  return {
    // Else the SDK asks for a summary of the thoughts, which costs tokens, and which OpenAI gives to verified organisations only.
    openai: { reasoningSummary: null },
    ...(thinkingBudget > 0 && {
      ...(takesClaudeBudget(model) && {
        // The least that Claude takes.
        anthropic: { thinking: { type: "enabled", budgetTokens: Math.max(1_024, thinkingBudget) } },
      }),
      ...(gemini !== null && {
        google: {
          thinkingConfig: {
            thinkingBudget: Math.min(gemini.most, Math.max(gemini.least, thinkingBudget)),
          },
        },
      }),
    }),
  };
}
