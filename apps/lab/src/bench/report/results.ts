import type { Failure, RunSize } from "../lab.js";
import type { GoalResult } from "../measure/goal.js";
import type { Sample } from "../measure/sample.js";
import type { Machine } from "./machine.js";

/** What one benchmark has measured. */
export interface BenchmarkResult {
  readonly name: string;
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
}

/** The file that `--json` writes. */
export interface Results {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Arguments as they were given. */
  readonly command: string;
  readonly size: RunSize;
  readonly machine: Machine;
  /** Every part of every row, also of those that were not run. */
  readonly goals: readonly GoalResult[];
  readonly benchmarks: readonly BenchmarkResult[];
}
