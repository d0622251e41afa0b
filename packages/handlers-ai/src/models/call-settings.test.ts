import { expect, test } from "vitest";
import { callSettings, roomOfAnswer } from "./call-settings.js";

const gpt = { provider: "openai.responses", modelId: "gpt-5-mini" };
const claude = { provider: "anthropic.messages", modelId: "claude-sonnet-4-5" };
const newClaude = { provider: "anthropic.messages", modelId: "claude-sonnet-5" };
const gemini = { provider: "google.generative-ai", modelId: "gemini-2.5-flash" };
const geminiLite = { ...gemini, modelId: "gemini-2.5-flash-lite" };

test("nothing is said about thinking unless the payload does, but there is room for it", () => {
  expect(callSettings(gpt, null)).toEqual({ maxOutputTokens: 5_500, providerOptions: {} });
  expect(callSettings(claude, null)).toEqual({ maxOutputTokens: 1_500, providerOptions: {} });
  expect(callSettings(newClaude, null).maxOutputTokens).toBe(5_500);
});

test("a budget of 0 switches thinking off", () => {
  expect(callSettings(gemini, 0)).toMatchObject({ maxOutputTokens: 1_500, reasoning: "none" });
  expect(callSettings(gemini, 0).providerOptions).not.toHaveProperty("google");
});

test("a model that may not be able to stop thinking is not told to, and has room for it", () => {
  const settings = callSettings({ provider: "openai.responses", modelId: "o3-mini" }, 0);
  expect(settings).not.toHaveProperty("reasoning");
  expect(settings.maxOutputTokens).toBe(5_500);
  const chat = { provider: "openai.chat", modelId: "gpt-4o" };
  expect(callSettings(chat, 0)).toEqual({
    maxOutputTokens: 1_500,
    providerOptions: { openai: { reasoningSummary: null } },
  });
});

test.each([
  [1, "low", 1_024, 128, 512],
  [2_000, "low", 2_000, 2_000, 2_000],
  [8_000, "medium", 8_000, 8_000, 8_000],
  [50_000, "high", 50_000, 24_576, 24_576],
])(
  "a budget of %i is %s, %i tokens for Claude, %i for Gemini, %i for a small one",
  (budget, reasoning, ...tokens) => {
    expect(callSettings(gpt, budget)).toMatchObject({ reasoning, maxOutputTokens: 1_500 + budget });
    const [claudeBudget, geminiBudget, liteBudget] = tokens;
    expect(callSettings(claude, budget).providerOptions).toMatchObject({
      anthropic: { thinking: { type: "enabled", budgetTokens: claudeBudget } },
    });
    expect(callSettings(gemini, budget).providerOptions).toMatchObject({
      google: { thinkingConfig: { thinkingBudget: geminiBudget } },
    });
    expect(callSettings(geminiLite, budget).providerOptions).toMatchObject({
      google: { thinkingConfig: { thinkingBudget: liteBudget } },
    });
  },
);

test("whoever makes room for thoughts, it counts once", () => {
  expect(roomOfAnswer(claude, 8_000)).toBe(9_500);
  expect(roomOfAnswer(newClaude, 8_000)).toBe(9_500);
  expect(roomOfAnswer(gpt, 8_000)).toBe(9_500);
});
