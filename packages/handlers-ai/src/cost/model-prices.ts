import { z } from "zod";
import { ModelConfigError } from "../models/model-config-error.js";

const usd = z.number().min(0).max(1_000_000);

const modelPrice = z.strictObject({
  /** US dollars per million tokens. */
  inputPerMillion: usd,
  /** Input that the provider had in its cache. Default: as other input. */
  cachedInputPerMillion: usd.optional(),
  outputPerMillion: usd,
});

const modelPrices = z.record(z.string(), modelPrice);

export type ModelPrice = z.output<typeof modelPrice>;

/** Prices that count before the table's, by `provider:model`. */
export type ModelPrices = Readonly<Record<string, ModelPrice>>;

/**
 * The prices that an operator gives in `AI_PRICES`, as JSON; what the app gives counts before them. Throws a
 * ModelConfigError that shows what is expected.
 */
export function readModelPrices(text: string | undefined, fromApp: ModelPrices = {}): ModelPrices {
  const fromOperator = text === undefined || text.trim() === "" ? {} : parseJson(text);
  return { ...checkPrices("AI_PRICES", fromOperator), ...checkPrices("prices", fromApp) };
}

/** What is not JSON is no price list either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "not JSON";
  }
}

function checkPrices(name: string, value: unknown): ModelPrices {
  const parsed = modelPrices.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badPrices(name, `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}

function badPrices(name: string, fault: string): ModelConfigError {
  return new ModelConfigError(
    "bad_prices",
    `${name} cannot be used: ${fault}. It gives US dollars per million tokens by model, like {"openai:gpt-5-mini": {"inputPerMillion": 0.25, "cachedInputPerMillion": 0.025, "outputPerMillion": 2}}`,
  );
}
