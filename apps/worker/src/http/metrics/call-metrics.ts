import type { CallLedger, RunUsage } from "@sluice/core";
import { Counter, Histogram, type Registry } from "prom-client";
import type { ServedWork } from "./served-work.js";

const secondsOfCalls = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160];

/** The ledger, with each call counted: how long the model took, what was used, what it cost. Stored answers are no calls. */
export function recordCallMetrics(
  calls: CallLedger,
  register: Registry,
  { model: servedModel }: Pick<ServedWork, "model">,
): CallLedger {
  const registers = [register];
  const durations = new Histogram({
    name: "sluice_model_call_duration_seconds",
    help: "How long calls to the model took, by how they ended.",
    labelNames: ["model", "state"],
    buckets: secondsOfCalls,
    registers,
  });
  const tokens = new Counter({
    name: "sluice_model_tokens_total",
    help: "Tokens as the provider counted them; cached_input is part of input.",
    labelNames: ["model", "kind"],
    registers,
  });
  const cost = new Counter({
    name: "sluice_model_cost_usd_total",
    help: "What calls cost, in US dollars, where it is known.",
    labelNames: ["model"],
    registers,
  });
  const unpriced = new Counter({
    name: "sluice_model_unpriced_calls_total",
    help: "Answered calls whose cost is not known; sluice_model_cost_usd_total lacks them.",
    labelNames: ["model"],
    registers,
  });
  unpriced.inc({ model: servedModel.trim() }, 0);
  const underWay = new Map<string, { readonly model: string; readonly startedMs: number }>();

  function end(callId: string, state: string, usage: RunUsage | null): void {
    const call = underWay.get(callId);
    if (call === undefined) return;
    underWay.delete(callId);
    const { model, startedMs } = call;
    durations.observe({ model, state }, (performance.now() - startedMs) / 1_000);
    if (usage === null) return;
    tokens.inc({ model, kind: "input" }, usage.inputTokens ?? 0);
    tokens.inc({ model, kind: "cached_input" }, usage.cachedInputTokens ?? 0);
    tokens.inc({ model, kind: "output" }, usage.outputTokens ?? 0);
    if (usage.costUsd === null) unpriced.inc({ model });
    else cost.inc({ model }, Number(usage.costUsd));
  }

  return {
    find: (contentKey) => calls.find(contentKey),
    recordUnusable: (callId) => calls.recordUnusable(callId),
    async recordSent(request) {
      const callId = await calls.recordSent(request);
      underWay.set(callId, { model: request.model, startedMs: performance.now() });
      return callId;
    },
    async recordReceived(callId, received) {
      end(callId, "received", received.usage);
      await calls.recordReceived(callId, received);
    },
    async recordFailed(callId, failed) {
      end(callId, failed.state, null);
      await calls.recordFailed(callId, failed);
    },
  };
}
