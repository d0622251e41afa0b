import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { createEmbeddedModel } from "../embedded/embedded-model.js";

/** What a provider needs from the environment, and how it makes a model. */
export interface ProviderEntry {
  /** In order of preference. Empty: no key. */
  readonly keyVariables: readonly string[];
  readonly isKeyRequired: boolean;
  readonly baseUrlVariable: string | null;
  readonly isBaseUrlRequired: boolean;
  readonly example: string;
  create(settings: ProviderSettings): LanguageModelV4;
}

export interface ProviderSettings {
  readonly modelId: string;
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}

// The SDK's providers read keys and base URLs from the environment by themselves when they are given none: here they are
// always given what was resolved, so that the environment is read in one place.
const optional = ({ apiKey, baseUrl }: ProviderSettings) => ({
  ...(apiKey !== null && { apiKey }),
  ...(baseUrl !== null && { baseURL: baseUrl }),
});

export const providers: ReadonlyMap<string, ProviderEntry> = new Map<string, ProviderEntry>([
  [
    "openai",
    {
      keyVariables: ["OPENAI_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: "OPENAI_BASE_URL",
      isBaseUrlRequired: false,
      example: "openai:gpt-5-mini",
      create: (settings) => createOpenAI(optional(settings))(settings.modelId),
    },
  ],
  [
    "anthropic",
    {
      keyVariables: ["ANTHROPIC_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: "ANTHROPIC_BASE_URL",
      isBaseUrlRequired: false,
      example: "anthropic:claude-sonnet-4-5",
      create: (settings) => createAnthropic(optional(settings))(settings.modelId),
    },
  ],
  [
    "google",
    {
      keyVariables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_GEMINI_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: null,
      isBaseUrlRequired: false,
      example: "google:gemini-2.5-flash",
      create: (settings) => createGoogle(optional(settings))(settings.modelId),
    },
  ],
  [
    "openai-compatible",
    {
      keyVariables: ["OPENAI_COMPATIBLE_API_KEY"],
      isKeyRequired: false,
      baseUrlVariable: "OPENAI_COMPATIBLE_BASE_URL",
      isBaseUrlRequired: true,
      example: "openai-compatible:llama3.2:3b",
      create: ({ modelId, apiKey, baseUrl }) =>
        createOpenAICompatible({
          name: "openai-compatible",
          baseURL: baseUrl ?? "",
          supportsStructuredOutputs: true,
          ...(apiKey !== null && { apiKey }),
        })(modelId),
    },
  ],
  [
    "embedded",
    {
      keyVariables: [],
      isKeyRequired: false,
      baseUrlVariable: null,
      isBaseUrlRequired: false,
      example: "embedded:extractive",
      create: () => createEmbeddedModel(),
    },
  ],
]);
