import { type EndedRun, type GateKey, type RunUsage, type ToldLimits, toStorableText } from "@sluice/core";

// What a handler reports beside its result is worth having, and never worth losing a paid answer for: what cannot be
// stored is left out.

export function cleanUsage(usage: RunUsage | null | undefined): RunUsage | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { model, costUsd } = usage;
  return {
    model: typeof model === "string" ? toStorableText(model.slice(0, 200)) : null,
    inputTokens: cleanCount(usage.inputTokens),
    cachedInputTokens: cleanCount(usage.cachedInputTokens),
    outputTokens: cleanCount(usage.outputTokens),
    costUsd: typeof costUsd === "string" && /^\d{1,12}(\.\d{1,18})?$/.test(costUsd) ? costUsd : null,
  };
}

function cleanCount(count: unknown): number | null {
  return typeof count === "number" && count >= 0 && count < 2 ** 31 ? Math.round(count) : null;
}

export function cleanTold(
  told: { readonly gate: string; readonly limits: ToldLimits } | undefined,
  gates: readonly GateKey[],
): EndedRun["told"] {
  if (typeof told !== "object" || told === null) return null;
  const gate = gates.find((key) => key === told.gate);
  if (gate === undefined || typeof told.limits !== "object" || told.limits === null) return null;
  const limits = Object.entries(told.limits).filter(([, limit]) => Number.isFinite(limit));
  return { gate, limits: Object.fromEntries(limits) };
}
