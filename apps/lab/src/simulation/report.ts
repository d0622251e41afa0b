import type { SeedsReport } from "./run-seeds.js";
import type { Simulated } from "./simulate.js";
import type { Violation } from "./world.js";

/** For programs: one line of JSON. */
export function toJson({ seeds, jobs, faults, violations, failures }: SeedsReport): string {
  return JSON.stringify({
    seeds,
    jobs,
    faults: Object.fromEntries(sorted(faults)),
    violations,
    failingSeeds: failures.map(({ seed }) => seed),
  });
}

export function toText(report: SeedsReport, elapsedMs: number): string {
  const { seeds, jobs, faults, violations, failures } = report;
  const count = (number: number) => number.toLocaleString("en");
  const total = [...faults.values()].reduce((sum, number) => sum + number, 0);
  return [
    `${count(seeds)} seeds, ${count(jobs)} jobs, ${count(total)} faults, ${(elapsedMs / 1_000).toFixed(1)} s`,
    ...sorted(faults).map(([kind, number]) => `  ${kind.padEnd(24)}${count(number).padStart(10)}`),
    violations === 0 ? "No law was broken, and every job came to its end." : `${violations} violations:`,
    ...failures.flatMap(({ seed, violations: broken }) => [
      `  seed ${seed}  (replay: sim --seed ${seed} --trace)`,
      ...broken.slice(0, 5).map((violation) => `    ${describe(violation)}`),
    ]),
  ].join("\n");
}

export function traceText({ seed, jobs, trace, violations }: Simulated): string {
  return [
    ...trace,
    "",
    `seed ${seed}: ${jobs} jobs, ${violations.length} violations`,
    ...violations.map((violation) => `  ${describe(violation)}`),
  ].join("\n");
}

function describe({ atMs, law, detail }: Violation): string {
  return `${(atMs / 1_000).toFixed(3)} s  ${law}: ${detail}`;
}

function sorted(faults: SeedsReport["faults"]): readonly (readonly [string, number])[] {
  return [...faults].sort(([one], [other]) => (one < other ? -1 : 1));
}
