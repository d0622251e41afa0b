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
  /** Where it is when the environment does not say; `null`: it must say. */
  readonly defaultBaseUrl: string | null;
  readonly example: string;
  create(settings: ProviderSettings): LanguageModelV4;
}

export interface ProviderSettings {
  readonly modelId: string;
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}

// The SDK's providers look into `process.env` for whatever they are not given. They are given everything, so that the
// environment is read in one place and the gate's account is that of the calls.
const connection = ({ apiKey, baseUrl }: ProviderSettings) => ({
  apiKey: apiKey ?? "",
  baseURL: baseUrl ?? "",
});

export const providers: ReadonlyMap<string, ProviderEntry> = new Map<string, ProviderEntry>([
  [
    "openai",
    {
      keyVariables: ["OPENAI_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: "OPENAI_BASE_URL",
      defaultBaseUrl: "https://api.openai.com/v1",
      example: "openai:gpt-5-mini",
      create: (settings) => createOpenAI(connection(settings))(settings.modelId),
    },
  ],
  [
    "anthropic",
    {
      keyVariables: ["ANTHROPIC_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: "ANTHROPIC_BASE_URL",
      defaultBaseUrl: "https://api.anthropic.com/v1",
      example: "anthropic:claude-sonnet-4-5",
      create: (settings) => createAnthropic(connection(settings))(settings.modelId),
    },
  ],
  [
    "google",
    {
      keyVariables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_GEMINI_API_KEY"],
      isKeyRequired: true,
      baseUrlVariable: "GOOGLE_GENERATIVE_AI_BASE_URL",
      defaultBaseUrl: "https://generativelanguage.googleapis.com/v1beta",
      example: "google:gemini-2.5-flash",
      create: (settings) => createGoogle(connection(settings))(settings.modelId),
    },
  ],
  [
    "openai-compatible",
    {
      keyVariables: ["OPENAI_COMPATIBLE_API_KEY"],
      isKeyRequired: false,
      baseUrlVariable: "OPENAI_COMPATIBLE_BASE_URL",
      defaultBaseUrl: null,
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
      defaultBaseUrl: null,
      example: "embedded:extractive",
      create: () => createEmbeddedModel(),
    },
  ],
]);
