import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createAzure } from "@ai-sdk/azure";
import { createGoogle } from "@ai-sdk/google";
import { createGroq } from "@ai-sdk/groq";
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4 } from "@ai-sdk/provider";

export const testKey = "sk-test-1234567890abcdef";

const sdkModels = {
  openaiChat: (baseURL) => createOpenAI({ baseURL, apiKey: testKey }).chat("gpt-5-mini"),
  openaiResponses: (baseURL) => createOpenAI({ baseURL, apiKey: testKey }).responses("gpt-5-mini"),
  anthropic: (baseURL) => createAnthropic({ baseURL, apiKey: testKey })("claude-sonnet-4-5"),
  google: (baseURL) => createGoogle({ baseURL, apiKey: testKey })("gemini-2.5-flash"),
  azure: (baseURL) => createAzure({ baseURL, apiKey: testKey })("gpt-4.1-nano"),
  mistral: (baseURL) => createMistral({ baseURL, apiKey: testKey })("mistral-small-latest"),
  groq: (baseURL) => createGroq({ baseURL, apiKey: testKey })("llama-3.1-8b-instant"),
  bedrock: (baseURL) =>
    createAmazonBedrock({ baseURL, apiKey: testKey, region: "us-east-1" })(
      "anthropic.claude-3-haiku-20240307-v1:0",
    ),
  compat: (baseURL) =>
    createOpenAICompatible({
      name: "openai-compatible",
      baseURL,
      apiKey: testKey,
      supportsStructuredOutputs: true,
    })("llama3.2:3b"),
} as const satisfies Record<string, (baseURL: string) => LanguageModelV4>;

export type SdkModel = keyof typeof sdkModels;

export const sdkModelNames = Object.keys(sdkModels) as [SdkModel, ...SdkModel[]];

/** A model of one of the SDK's providers that talks to `baseURL`. */
export function sdkModel(via: SdkModel, baseURL: string): LanguageModelV4 {
  return sdkModels[via](baseURL);
}
