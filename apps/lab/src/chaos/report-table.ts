import { cpus } from "node:os";
import type { ChaosReport } from "./chaos-report.js";

/** The figures of a run as the page on reliability shows them, with the command that made them. */
export function reportTable(
  {
    jobs,
    kills,
    restarts,
    fallen,
    lost,
    committedTwice,
    paidTwice,
    readyMs,
    rerunMs,
    seed,
    violations,
  }: ChaosReport,
  { workers, takenAt }: { readonly workers: number; readonly takenAt: Date },
): string {
  const perThousand = kills === 0 ? 0 : (1_000 * paidTwice) / kills;
  const seconds = (ms: number | null): string => (ms === null ? "-" : `${(ms / 1_000).toFixed(1)} s`);
  const rows: readonly (readonly [string, string])[] = [
    ["jobs", String(jobs)],
    ["workers killed", String(kills)],
    ["workers that ended by themselves", String(fallen)],
    ["database restarted (immediate)", String(restarts)],
    ["jobs lost", String(lost)],
    ["results committed twice", String(committedTwice)],
    ["other violations of the history checker", String(violations.length)],
    ["answers paid for twice", `${paidTwice} (${perThousand.toFixed(1)} per 1,000 kills)`],
    ["from kill to ready again, median", seconds(readyMs.p50)],
    ["from kill to ready again, 95 %", seconds(readyMs.p95)],
    ["from kill to rerun, median", seconds(rerunMs.p50)],
    ["from kill to rerun, 95 %", seconds(rerunMs.p95)],
  ];
  const name = Math.max(...rows.map(([what]) => what.length));
  const value = Math.max(...rows.map(([, figure]) => figure.length));
  const line = ([what, figure]: readonly [string, string]) =>
    `| ${what.padEnd(name)} | ${figure.padStart(value)} |`;
  const cores = cpus();
  return [
    `Taken ${takenAt.toISOString().slice(0, 16).replace("T", " ")} UTC by \`pnpm chaos --kills ${kills} --seed ${seed} --workers ${workers} --docs\``,
    `on ${cores.length} cores (${cores[0]?.model ?? "unknown"}), workers with their default settings.`,
    "",
    line(["what", "figure"]),
    `| ${"-".repeat(name)} | ${"-".repeat(value - 1)}: |`,
    ...rows.map(line),
  ].join("\n");
}
