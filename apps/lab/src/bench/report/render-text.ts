import type { Benchmark } from "../benchmark.js";
import type { GoalResult } from "../measure/goal.js";
import { formatNumber } from "./format-number.js";
import { reachedText, verdictOf } from "./goal-words.js";
import type { BenchmarkResult } from "./results.js";
import { type Table, toTable } from "./table.js";

/** For the terminal. */
export function benchmarkText({ tables }: Benchmark, { samples }: BenchmarkResult): string {
  return tables
    .map((spec) => toTable(spec, samples))
    .filter(({ rows }) => rows.length > 0)
    .map(tableText)
    .join("\n\n");
}

export function goalText(result: GoalResult): string {
  const { name, is, goal } = result;
  const toReach = is === "beside" ? "" : `, ${is} ${formatNumber(goal, 2)}`;
  const verdict = verdictOf(result);
  const mark = verdict === "missed" ? "MISSED" : verdict.padEnd("MISSED".length);
  return `${mark} ${name}: ${reachedText(result, 2)}${toReach}`;
}

function tableText({ title, head, rows }: Table): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [title, line(head), ...rows.map(line)].join("\n");
}
