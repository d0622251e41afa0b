import { expect, test } from "vitest";
import { callSettings } from "./call-settings.js";

test("nothing is said about thinking unless the payload does, but there is room for it", () => {
  expect(callSettings("openai.responses", null)).toEqual({ maxOutputTokens: 5_500, providerOptions: {} });
  expect(callSettings("anthropic.messages", null)).toEqual({ maxOutputTokens: 1_500, providerOptions: {} });
});

test("a budget of 0 switches thinking off", () => {
  expect(callSettings("google.generative-ai", 0)).toEqual({
    maxOutputTokens: 1_500,
    reasoning: "none",
    providerOptions: {},
  });
});

test.each([
  [1, "low", 1_024, 128],
  [2_000, "low", 2_000, 2_000],
  [8_000, "medium", 8_000, 8_000],
  [50_000, "high", 50_000, 24_576],
])("a budget of %i is %s, %i tokens for Claude, %i for Gemini", (budget, reasoning, claude, gemini) => {
  const settings = callSettings("openai.responses", budget);
  expect(settings.reasoning).toBe(reasoning);
  expect(settings.maxOutputTokens).toBe(1_500 + budget);
  expect(settings.providerOptions).toEqual({
    anthropic: { thinking: { type: "enabled", budgetTokens: claude } },
    google: { thinkingConfig: { thinkingBudget: gemini } },
  });
});
