import { naiveAdmission, sluiceAdmission } from "./policies.js";
import type { Scenario } from "./scenario.js";
import { simulateFleet } from "./simulate-fleet.js";

/** `sluice` knows nothing, is given the limit, or reads it from the answers' headers. */
export type Variant = "unconfigured" | "configured" | "headers" | "naive";

export interface Measured {
  /** Of the quota, or of what the slots can do if that is less. Above 1 when the provider gave an initial burst. */
  readonly achieved: number;
  /** Of all calls. */
  readonly refused: number;
}

/** A fleet that runs into the wall all the time shows soon how that goes, and costs more to simulate than all the others. */
const MAX_NAIVE_CALLS = 40_000;

/** The medians of seeds 1 to `seeds`. */
export function measure(scenario: Scenario, variant: Variant, seeds: number): Measured {
  const runs = Array.from({ length: seeds }, (_, index) => runOnce(scenario, variant, index + 1));
  return {
    achieved: median(runs.map((run) => run.achieved)),
    refused: median(runs.map((run) => run.refused)),
  };
}

export function runOnce(scenario: Scenario, variant: Variant, seed: number): Measured {
  const admission =
    variant === "naive"
      ? naiveAdmission()
      : sluiceAdmission(scenario, { configured: variant === "configured" });
  const run = simulateFleet(scenario, admission, {
    seed,
    maxCalls: variant === "naive" ? MAX_NAIVE_CALLS : Number.POSITIVE_INFINITY,
    tellsLimits: variant === "headers",
  });
  return { achieved: run.accepted / run.available, refused: run.refused / Math.max(1, run.calls) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
