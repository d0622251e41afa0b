import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { CallLedger, GateLimits, Handler, TargetRepository } from "@sluice/core";
import { type Environment, resolveModel } from "../models/resolve-model.js";
import { enrichHandler } from "./enrich-handler.js";
import { topicsHandler } from "./topics-handler.js";

export interface AiHandlersOptions<Tx> {
  /** `provider:model`, or any AI SDK model of the app's own. */
  readonly model: string | LanguageModelV4;
  readonly targets: TargetRepository<Tx>;
  readonly calls: CallLedger;
  /** What is known of the model's quota; the rest is learned. */
  readonly limits?: Partial<GateLimits>;
  readonly timeoutMs?: number;
  /** Where keys and base URLs are looked up. Default: `process.env`. */
  readonly env?: Environment;
}

/**
 * The handlers of the AI tasks, on one model and behind its gate. Throws a ModelConfigError when the model cannot be used:
 * at start, not at the first job.
 */
export function aiHandlers<Tx>({
  model,
  env = process.env,
  limits,
  ...options
}: AiHandlersOptions<Tx>): readonly Handler<Tx>[] {
  const resolved = resolveModel(model, env);
  const shared = {
    ...options,
    resolved,
    gates: [{ key: resolved.gateKey, ...resolved.limits, ...limits }],
  };
  return [enrichHandler(shared), topicsHandler(shared)];
}
