import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import type { ModelPrices } from "./model-prices.js";
import { createPriceCall, type PricedModel } from "./price-call.js";
import { priceDataDate } from "./price-table.js";

function usage(
  input: number | undefined,
  output: number | undefined,
  { cacheRead = 0, cacheWrite = 0 } = {},
): LanguageModelV4Usage {
  return {
    inputTokens: { total: input, noCache: undefined, cacheRead, cacheWrite },
    outputTokens: { total: output, text: undefined, reasoning: undefined },
  };
}

function modelOf(name: string, baseUrl: string | null = null): PricedModel {
  const [provider = "", ...rest] = name.split(":");
  const priceListOf = provider === "openai-compatible" ? null : provider;
  return { name, modelId: rest.join(":"), priceListOf, baseUrl };
}

const million = usage(1_000_000, 1_000_000);

function costOf(model: PricedModel, prices: ModelPrices = {}, used = million, served: string | null = null) {
  return createPriceCall(model, prices)(used, served).costUsd;
}

test("a known model costs what the table says, with the day of its data", () => {
  const price = createPriceCall(modelOf("openai:gpt-5-mini"), {})(million, "gpt-5-mini-2025-08-07");
  expect(price).toEqual({ costUsd: "2.25", priceDate: priceDataDate });
});

test("input from the provider's cache costs less, input written to it more", () => {
  const openai = modelOf("openai:gpt-5-mini");
  expect(costOf(openai, {}, usage(1_000_000, 0, { cacheRead: 1_000_000 }))).toBe("0.025");
  const anthropic = modelOf("anthropic:claude-sonnet-4-5");
  expect(costOf(anthropic, {}, usage(100_000, 0, { cacheWrite: 100_000 }))).toBe("0.375");
});

test("the smallest cost has all its digits, and no exponent", () => {
  expect(costOf(modelOf("openai:gpt-5-mini"), {}, usage(1, 0))).toBe("0.00000025");
  expect(costOf(modelOf("openai:gpt-5-mini"), {}, usage(0, 0))).toBe("0");
});

test.each([
  ["a model that nobody knows", modelOf("openai:gpt-99"), million],
  [
    "a local server, whatever its model is called",
    modelOf("openai-compatible:gpt-5-mini", "http://localhost:11434/v1"),
    million,
  ],
  ["a provider with nearly a known name", modelOf("openai-mirror:gpt-5-mini"), million],
  ["an answer without input tokens", modelOf("openai:gpt-5-mini"), usage(undefined, 5)],
  ["an answer without output tokens", modelOf("openai:gpt-5-mini"), usage(5, undefined)],
  ["more cached tokens than tokens", modelOf("openai:gpt-5-mini"), usage(5, 5, { cacheRead: 6 })],
  ["numbers that are none", modelOf("openai:gpt-5-mini"), usage(Number.NaN, -5)],
])("%s: the cost is unknown, not 0", (_, model, used) => {
  expect(createPriceCall(model, {})(used, null)).toEqual({ costUsd: null, priceDate: null });
});

test("a compatible server is priced by who answers at its URL", () => {
  const groq = modelOf("openai-compatible:llama-3.1-8b-instant", "https://api.groq.com/openai/v1");
  expect(costOf(groq)).toBe("0.13");
});

test("a proxy in front of a provider changes no prices", () => {
  expect(costOf(modelOf("openai:gpt-5-mini", "https://proxy.example.com/v1"))).toBe("2.25");
});

test("who answered knows better what it costs than who was asked", () => {
  const deployment: PricedModel = { ...modelOf("azure.chat:our-mini"), priceListOf: "azure" };
  expect(costOf(deployment)).toBeNull();
  expect(costOf(deployment, {}, million, "gpt-5-mini")).toBe("2.25");
});

test("the operator's own price counts before the table's, and can be nothing", () => {
  const prices = {
    "openai:gpt-5-mini": { inputPerMillion: 1, cachedInputPerMillion: 0.5, outputPerMillion: 4 },
    "openai-compatible:llama3.2:3b": { inputPerMillion: 0, outputPerMillion: 0 },
  };
  const used = usage(1_000_000, 1_000_000, { cacheRead: 500_000 });
  expect(createPriceCall(modelOf("openai:gpt-5-mini"), prices)(used, null)).toEqual({
    costUsd: "4.75",
    priceDate: null,
  });
  expect(costOf(modelOf("openai-compatible:llama3.2:3b", "http://gpu:8000/v1"), prices)).toBe("0");
});

test("the embedded model is free", () => {
  expect(costOf(modelOf("embedded:extractive"), {}, usage(0, 0))).toBe("0");
});

test("the date belongs to the price data that is installed", () => {
  // The day on which this version was published. Whoever raises the version looks the new day up.
  const entry = fileURLToPath(import.meta.resolve("@pydantic/genai-prices"));
  const manifest = JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8"));
  expect({ version: manifest.version, date: priceDataDate }).toEqual({
    version: "0.1.8",
    date: "2026-09-23",
  });
});
