import type { Plant } from "./create-world.js";
import type { FaultKind } from "./faults.js";
import { type Simulated, simulate } from "./simulate.js";

/** What many runs have come to. */
export interface SeedsReport {
  readonly seeds: number;
  readonly jobs: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly violations: number;
  readonly failures: readonly Pick<Simulated, "seed" | "violations">[];
}

/** Runs the seeds one after another, and forgets what was well. */
export async function runSeeds(
  seeds: Iterable<number>,
  { plant }: { readonly plant?: Plant | undefined } = {},
): Promise<SeedsReport> {
  const faults = new Map<FaultKind, number>();
  const failures: Pick<Simulated, "seed" | "violations">[] = [];
  let runs = 0;
  let jobs = 0;
  for (const seed of seeds) {
    const run = await simulate(seed, { plant });
    runs += 1;
    jobs += run.jobs;
    for (const [kind, count] of run.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    if (run.violations.length > 0) failures.push({ seed, violations: run.violations });
  }
  const violations = failures.reduce((sum, failure) => sum + failure.violations.length, 0);
  return { seeds: runs, jobs, faults, violations, failures };
}
