import { type Measured, measure, type Variant } from "./measure.js";
import type { Scenario } from "./scenario.js";

/** One line of the answer, as `--json` prints it. */
export interface QuotaRow {
  readonly scenario: string;
  readonly policy: "sluice" | "naive";
  readonly configured: boolean;
  /**
   * Of the quota, or of what the fleet's slots can do if that is less; 1 at most, though a burst that the provider had
   * saved up brings more.
   */
  readonly achieved: number;
  /** Of all calls. */
  readonly refused: number;
  /** Whether the limit is the same all the time, and all ours: else no configuration can be right. */
  readonly steady: boolean;
}

export interface Comparison {
  readonly scenario: Scenario;
  readonly measured: Readonly<Record<Variant, Measured>>;
}

export function compare(scenario: Scenario, seeds: number): Comparison {
  return {
    scenario,
    measured: {
      unconfigured: measure(scenario, "unconfigured", seeds),
      configured: measure(scenario, "configured", seeds),
      headers: measure(scenario, "headers", seeds),
      // It is only there to compare with, and its refusals take long to simulate.
      naive: measure(scenario, "naive", 1),
    },
  };
}

export function toRows({ scenario, measured }: Comparison): readonly QuotaRow[] {
  const variants: readonly Variant[] = ["unconfigured", "configured", "headers", "naive"];
  return variants.map((variant) => ({
    scenario: variant === "headers" ? `${scenario.name}, told by headers` : scenario.name,
    policy: variant === "naive" ? "naive" : "sluice",
    configured: variant === "configured",
    achieved: round(Math.min(1, measured[variant].achieved)),
    refused: round(measured[variant].refused),
    steady: scenario.isSteady,
  }));
}

export const tableHead = [
  "Achieved % of the quota / refused % of the calls. More than 100 %: the provider had saved up a burst.",
  "",
  line("scenario", ["unconfigured", "configured", "from headers", "naive"]),
].join("\n");

export function toLine({ scenario, measured }: Comparison): string {
  const { unconfigured, configured, headers, naive } = measured;
  return line(scenario.name, [unconfigured, configured, headers, naive].map(cell));
}

function line(name: string, cells: readonly string[]): string {
  return [name.padEnd(42), ...cells.map((text) => text.padStart(14))].join("");
}

function cell({ achieved, refused }: Measured): string {
  return `${(100 * achieved).toFixed(1)} / ${(100 * refused).toFixed(2)}`;
}

function round(share: number): number {
  return Math.round(share * 1e5) / 1e5;
}
