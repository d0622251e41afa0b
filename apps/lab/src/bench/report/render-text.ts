import type { Benchmark } from "../benchmark.js";
import type { GoalResult } from "../measure/goal.js";
import { formatNumber } from "./format-number.js";
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

export function goalText({ name, is, goal, value, unit, met }: GoalResult): string {
  const reached = value === null ? "not measured" : `${formatNumber(value, 2)} ${unit}`;
  const toReach = is === "beside" ? "" : `, ${is} ${formatNumber(goal, 2)}`;
  return `${met ? "met   " : "MISSED"} ${name}: ${reached}${toReach}`;
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
