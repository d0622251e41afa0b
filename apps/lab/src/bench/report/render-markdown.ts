import { markdownTable } from "../../markdown-table.js";
import { benchmarks } from "../benchmarks/benchmarks.js";
import type { GoalResult } from "../measure/goal.js";
import { formatNumber } from "./format-number.js";
import { reachedText, verdictOf } from "./goal-words.js";
import type { Results } from "./results.js";
import { type Table, toTable } from "./table.js";

/** The parts of the page that come from a results file, by the name of their marker. */
export function renderParts(results: Results): Readonly<Record<string, string>> {
  return {
    machine: renderMachine(results),
    goals: markdownTable(goalsTable(results.goals)),
    ...Object.fromEntries(benchmarks.map(({ name }) => [name, renderBenchmark(name, results)])),
  };
}

const sizeText = {
  full: "",
  quick: " (the quick version: small sizes, three rounds)",
  smoke: " (a smoke test: the figures mean nothing)",
} as const;

function renderMachine({ machine, startedAt, size, command }: Results): string {
  const { cpu, cores, memoryGb, system, node, postgres, redis } = machine;
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  const settings = Object.entries(machine.postgresSettings).map(([name, value]) => `${name} = ${value}`);
  return [
    `- taken ${startedAt.slice(0, 16).replace("T", " ")} UTC by \`pnpm bench ${command}\`${sizeText[size]}`,
    `- ${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}`,
    `- PostgreSQL ${postgres}: ${settings.join(", ")}; everything else as it comes`,
    `- ${redis === null ? "not measured: no Redis" : `Redis ${redis}`}`,
    `- ${versions.join(", ")}`,
  ].join("\n");
}

function goalsTable(goals: readonly GoalResult[]): Table {
  return {
    title: "",
    head: ["what", "to reach", "reached", ""],
    rows: goals.map((result) => {
      const { name, is, goal, value, unit } = result;
      const verdict = verdictOf(result);
      return [
        name,
        is === "beside" ? "shown" : `${is} ${formatNumber(goal, digitsFor(goal))} ${unit}`,
        reachedText(result, digitsFor(value)),
        verdict === "missed" ? "**missed**" : verdict,
      ];
    }),
  };
}

function digitsFor(value: number | null): number {
  return value !== null && Math.abs(value) >= 100 ? 0 : 2;
}

function renderBenchmark(name: string, { benchmarks: measured }: Results): string {
  const result = measured.find((each) => each.name === name);
  const benchmark = benchmarks.find((each) => each.name === name);
  if (result === undefined || benchmark === undefined) return "Not run.";
  const tables = benchmark.tables.map((spec) => toTable(spec, result.samples));
  const failures = result.failures.map(
    ({ what, message }) => `Not measured: ${what}: ${message.split("\n")[0]}`,
  );
  return [
    ...tables
      .filter(({ rows }) => rows.length > 0)
      .map((table) => `**${table.title}**\n\n${markdownTable(table)}`),
    ...failures,
  ].join("\n\n");
}
