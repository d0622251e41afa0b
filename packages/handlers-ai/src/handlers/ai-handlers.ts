import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { CallLedger, GateLimits, Handler, TargetRepository } from "@sluice/core";
import { type ModelPrices, readModelPrices } from "../cost/model-prices.js";
import { createPriceCall } from "../cost/price-call.js";
import { findPriceList, lookUpContextWindow } from "../cost/price-table.js";
import { inputRoom } from "../models/input-room.js";
import type { Environment } from "../models/read-connection.js";
import { resolveModel } from "../models/resolve-model.js";
import { enrichHandler } from "./enrich-handler.js";
import { topicsHandler } from "./topics-handler.js";

// About 30,000 tokens: dear enough.
const defaultMaxInputLength = 120_000;

export interface AiHandlersOptions<Tx> {
  /** `provider:model`, or any AI SDK model of the app's own. */
  readonly model: string | LanguageModelV4;
  readonly targets: TargetRepository<Tx>;
  readonly calls: CallLedger;
  /** What is known of the model's quota; the rest is learned. */
  readonly limits?: Partial<GateLimits>;
  readonly timeoutMs?: number;
  /**
   * Longest text of a target that is sent, in characters (about four to a token); what is longer is cut by its structure, and so is
   * what may not fit the model's window, where that is known. To be lowered for local servers, whose windows nobody knows, and which cut
   * what does not fit without a word. Default 120,000.
   */
  readonly maxInputLength?: number;
  /** Prices that count before those of the kept table and of the variable `AI_PRICES`. */
  readonly prices?: ModelPrices;
  /** Where keys, base URLs and `AI_PRICES` are looked up. Default: `process.env`. */
  readonly env?: Environment;
}

/**
 * The handlers of the AI tasks, on one model and behind its gate. Throws a ModelConfigError when model or prices cannot be used:
 * at start, not at the first job.
 */
export function aiHandlers<Tx>({
  model,
  env = process.env,
  limits,
  prices,
  maxInputLength = defaultMaxInputLength,
  ...options
}: AiHandlersOptions<Tx>): readonly Handler<Tx>[] {
  if (!(maxInputLength >= 1_000))
    throw new RangeError(`maxInputLength must be 1,000 or more, got ${maxInputLength}`);
  const resolved = resolveModel(model, env);
  const list = findPriceList(resolved.priceListOf, resolved.baseUrl);
  const contextWindow = list === null ? null : lookUpContextWindow(list, resolved.model.modelId);
  const shared = {
    ...options,
    resolved,
    roomFor: (answerTokens: number) => inputRoom({ contextWindow, answerTokens, maxInputLength }),
    priceCall: createPriceCall(
      { ...resolved, modelId: resolved.model.modelId },
      readModelPrices(env["AI_PRICES"], prices),
    ),
    gates: [{ key: resolved.gateKey, ...resolved.limits, ...limits }],
  };
  return [enrichHandler(shared), topicsHandler(shared)];
}
