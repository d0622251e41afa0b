import type { Lab } from "./lab.js";
import type { Goal } from "./measure/goal.js";

/** One row of the goals, or several that are measured together. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  readonly goals: readonly Goal[];
  readonly tables: readonly TableSpec[];
  /** Measures and records. What fails is noted and left out; it never throws for a contender's sake. */
  run(lab: Lab): Promise<void>;
}

/** A table of medians over the rounds: contenders below one another, metrics side by side. */
export interface TableSpec {
  readonly title: string;
  readonly setting: string;
  readonly metrics: readonly MetricSpec[];
  /** Shows how many times ours is theirs, with the ratio of every round. */
  readonly ratio?: { readonly metric: string; readonly ours: string };
}

export interface MetricSpec {
  readonly metric: string;
  readonly label: string;
  readonly digits: number;
}
