import { expect, test } from "vitest";
import { providerFamily } from "./provider-family.js";

test.each([
  ["openai.responses", null, "openai"],
  ["azure.chat", null, "openai"],
  ["groq.chat", null, "groq"],
  ["openai-compatible.chat", null, "other"],
  ["anthropic.messages", null, "other"],
  ["openai-compatible.chat", "https://api.groq.com/openai/v1", "groq"],
  ["openai.responses", "https://res.openai.azure.com/openai", "openai"],
  ["openai.responses", "https://proxy.example.com/v1", "other"],
  ["openai-compatible.chat", "https://notgroq.com/v1", "other"],
] as const)("%s at %s is %s", (provider, baseUrl, family) => {
  expect(providerFamily(provider, baseUrl)).toBe(family);
});
