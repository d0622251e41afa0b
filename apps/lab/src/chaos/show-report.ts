import { cpus } from "node:os";
import { markdownTable } from "../markdown-table.js";
import type { ChaosReport } from "./chaos-report.js";

/** The figures of a run, and what was against the rules, for the one who started it. */
export function reportText(report: ChaosReport): string {
  return [
    `seed ${report.seed}`,
    ...figuresOf(report).map(([what, figure]) => `${what}: ${figure}`),
    ...report.violations.map(
      ({ invariant, jobId, message }) => `VIOLATION ${invariant}: job ${jobId} ${message}`,
    ),
  ].join("\n");
}

/** The same as the page on reliability shows them, with the command that made them. */
export function reportTable(
  report: ChaosReport,
  { workers, takenAt }: { readonly workers: number; readonly takenAt: Date },
): string {
  const cores = cpus();
  return [
    `Taken ${takenAt.toISOString().slice(0, 16).replace("T", " ")} UTC by \`pnpm chaos --kills ${report.kills} --seed ${report.seed} --workers ${workers} --docs\``,
    `on ${cores.length} cores (${cores[0]?.model ?? "unknown"}), workers with their default settings.`,
    "",
    markdownTable({ head: ["what", "figure"], rows: figuresOf(report) }),
  ].join("\n");
}

function figuresOf(report: ChaosReport): readonly (readonly [what: string, figure: string])[] {
  const { kills, paidTwice, readyMs, rerunMs, violations } = report;
  const unexplained = violations.filter(({ invariant }) => invariant === "explained-end").length;
  const perThousand = kills === 0 ? 0 : (1_000 * paidTwice) / kills;
  return [
    [`jobs, of ${report.maxAttempts} attempts each`, String(report.jobs)],
    ...Object.entries(report.statuses).map(
      ([status, count]) => [`of them ${status}`, String(count)] as const,
    ),
    ["workers killed", String(kills)],
    ["workers that ended by themselves", String(report.fallen)],
    ["database restarted (immediate)", String(report.restarts)],
    ["jobs lost", String(report.lost)],
    ["results committed twice", String(report.committedTwice)],
    ["jobs failed or cancelled without a cause in this run", String(unexplained)],
    ["other violations of the history checker", String(violations.length - unexplained)],
    ["stored answers paid for again", String(report.storedPaidAgain)],
    [
      "answers paid for twice, as their caller was gone before they were stored",
      `${paidTwice} (${perThousand.toFixed(1)} per 1,000 kills)`,
    ],
    ["from kill to ready again, median", seconds(readyMs.p50)],
    ["from kill to ready again, 95 %", seconds(readyMs.p95)],
    ["from kill to rerun, median", seconds(rerunMs.p50)],
    ["from kill to rerun, 95 %", seconds(rerunMs.p95)],
  ];
}

function seconds(ms: number | null): string {
  return ms === null ? "-" : `${(ms / 1_000).toFixed(1)} s`;
}
