import { calcPrice, findProvider, type Provider } from "@pydantic/genai-prices";

/** The day on which the bundled prices were collected. A test holds it to the version of the package that brings them. */
export const priceDataDate = "2026-09-23";

/** Tokens of one call. `input` is all of it, cached or not. */
export interface PricedTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

// Names that the SDK gives to providers, where the table has another.
const tableNames: Readonly<Record<string, string>> = {
  "amazon-bedrock": "aws",
  bedrock: "aws",
  togetherai: "together",
  xai: "x-ai",
};

/** Whose price list holds for a model. */
export type PriceList = Provider;

/**
 * The price list of whoever answers at the URL, or else of the provider with that very name; `null`: we know of none. The
 * table would guess by the model's name, and so charge a local server for what somebody else asks for the same model.
 */
export function findPriceList(providerName: string | null, baseUrl: string | null): PriceList | null {
  const atUrl = baseUrl === null ? undefined : findProvider({ providerApiUrl: baseUrl });
  if (atUrl !== undefined) return atUrl;
  if (providerName === null) return null;
  const name = tableNames[providerName] ?? providerName;
  const named = findProvider({ providerId: name });
  return named?.id === name ? named : null;
}

/** Tokens that a model can read and write at a time; `null`: the list does not say, or has no such model. */
export function lookUpContextWindow(list: PriceList, modelId: string): number | null {
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, modelId, { provider: list });
  return found?.model.context_window ?? null;
}

/** US dollars; `null`: the list has no such model, or the numbers make no sense. */
export function lookUpPrice(list: PriceList, modelId: string, tokens: PricedTokens): number | null {
  try {
    const price = calcPrice(
      {
        input_tokens: tokens.input,
        cache_read_tokens: tokens.cacheRead,
        cache_write_tokens: tokens.cacheWrite,
        output_tokens: tokens.output,
      },
      modelId,
      { provider: list },
    );
    return price?.total_price ?? null;
  } catch {
    // It refuses more cached tokens than there were tokens, say.
    return null;
  }
}
