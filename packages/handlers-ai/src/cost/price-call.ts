import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { ModelPrice, ModelPrices } from "./model-prices.js";
import { findPriceList, lookUpPrice, type PricedTokens, priceDataDate } from "./price-table.js";

/** What a call cost. */
export interface CallPrice {
  /** US dollars as a decimal number in text; `null`: unknown. */
  readonly costUsd: string | null;
  /** The day of the price data that it was taken from; `null`: it was not. */
  readonly priceDate: string | null;
}

export interface PricedModel {
  /** `provider:model`, as it was asked for. */
  readonly name: string;
  readonly modelId: string;
  /** Who answers, as the price table may know them: by name, and before that by URL. */
  readonly priceListOf: string | null;
  readonly baseUrl: string | null;
}

/** Answers what a call of the model cost; `servedModelId` is who the provider says has answered. */
export type PriceCall = (usage: LanguageModelV4Usage, servedModelId: string | null) => CallPrice;

const unknown: CallPrice = { costUsd: null, priceDate: null };

/** Our own price, if there is one, or the table's; a model of ours that nobody charges for is free. */
export function createPriceCall(
  { name, modelId, priceListOf, baseUrl }: PricedModel,
  prices: ModelPrices,
): PriceCall {
  if (priceListOf === "embedded") return () => ({ costUsd: "0", priceDate: null });
  const own = prices[name];
  const list = findPriceList(priceListOf, baseUrl);
  return (usage, servedModelId) => {
    const tokens = tokensOf(usage);
    if (tokens === null) return unknown;
    if (own !== undefined) return { costUsd: toDecimal(priceOf(own, tokens)), priceDate: null };
    if (list === null) return unknown;
    // A router, or a deployment with a name of its own: who answered knows better what that costs.
    const served = servedModelId === null ? null : lookUpPrice(list, servedModelId, tokens);
    const price = served ?? lookUpPrice(list, modelId, tokens);
    return price === null ? unknown : { costUsd: toDecimal(price), priceDate: priceDataDate };
  };
}

/** `null`: the provider did not say how many. */
function tokensOf({ inputTokens, outputTokens }: LanguageModelV4Usage): PricedTokens | null {
  const { total: input, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  const { total: output } = outputTokens;
  if (input === undefined || output === undefined) return null;
  const tokens = { input, cacheRead, cacheWrite, output };
  return Object.values(tokens).every((count) => Number.isFinite(count) && count >= 0) ? tokens : null;
}

function priceOf(price: ModelPrice, { input, cacheRead, output }: PricedTokens): number {
  const cached = Math.min(cacheRead, input);
  const { inputPerMillion, cachedInputPerMillion = inputPerMillion, outputPerMillion } = price;
  const micros =
    (input - cached) * inputPerMillion + cached * cachedInputPerMillion + output * outputPerMillion;
  return micros / 1_000_000;
}

/** A number's own text may have an exponent, and the dust of binary fractions. No token is cheaper than 10^-12 dollars. */
function toDecimal(usd: number): string {
  const text = usd.toFixed(12);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
