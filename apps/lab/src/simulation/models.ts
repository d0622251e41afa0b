import { type GateKey, type HandlerGate, modelGateKey } from "@sluice/core";
import type { Chance } from "./chance.js";
import type { TaskType } from "./tasks.js";

/** What a provider sells: calls and tokens per minute, or calls at once. */
export interface Model {
  readonly gate: GateKey;
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly maxInFlight: number;
  readonly tokensPerCall: number;
  /** How often a refusal names the wait. */
  readonly tellsWait: number;
  /** Whether answers carry the limits in headers. */
  readonly tellsLimits: boolean;
  /** What the workers are told about it. */
  readonly declared: HandlerGate;
}

export interface Models {
  readonly fast: Model;
  readonly careful: Model;
  readonly local: Model;
}

export function drawModels(chance: Chance): Models {
  const fast = modelGateKey({ provider: "acme", account: "main", model: "fast" });
  const careful = modelGateKey({ provider: "acme", account: "main", model: "careful" });
  const local = modelGateKey({ provider: "local", account: "none", model: "mini:1b" });
  const carefulRate = chance.pick([30, 120, 600]);
  return {
    // Nobody has told the workers its limits.
    fast: {
      gate: fast,
      requestsPerMinute: chance.pick([20, 60, 300]),
      tokensPerMinute: Number.POSITIVE_INFINITY,
      maxInFlight: Number.POSITIVE_INFINITY,
      tokensPerCall: 500,
      tellsWait: chance.pick([0, 0.5, 1]),
      tellsLimits: chance.isTrue(0.3),
      declared: { key: fast, learn: true },
    },
    careful: {
      gate: careful,
      requestsPerMinute: carefulRate,
      tokensPerMinute: carefulRate * 800,
      maxInFlight: Number.POSITIVE_INFINITY,
      tokensPerCall: 1_000,
      tellsWait: chance.pick([0, 0.5, 1]),
      tellsLimits: false,
      declared: {
        key: careful,
        requestsPerMinute: carefulRate,
        tokensPerMinute: carefulRate * 800,
        learn: true,
      },
    },
    local: {
      gate: local,
      requestsPerMinute: Number.POSITIVE_INFINITY,
      tokensPerMinute: Number.POSITIVE_INFINITY,
      maxInFlight: 2,
      tokensPerCall: 300,
      tellsWait: 0,
      tellsLimits: false,
      declared: { key: local, maxInFlight: 2 },
    },
  };
}

/** Whose quota the runs of a task pass. `translate` passes two, and calls one of them. */
export function modelsOf(task: TaskType, { fast, careful, local }: Models): readonly Model[] {
  switch (task) {
    case "summarize":
    case "topics":
      return [fast];
    case "translate":
      return [careful, fast];
    case "index":
      return [local];
    case "notify":
      return [];
  }
}
