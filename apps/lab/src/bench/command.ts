import { readFileSync, writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { fillMarkers } from "../fill-markers.js";
import { benchmarks } from "./benchmarks/benchmarks.js";
import { renderParts } from "./report/render-markdown.js";
import { benchmarkText, goalText } from "./report/render-text.js";
import type { BenchmarkResult, Results } from "./report/results.js";
import { judge, runBenchmarks } from "./run-benchmarks.js";

interface BenchOptions {
  readonly only?: string;
  readonly with?: string;
  readonly quick?: true;
  readonly smoke?: true;
  readonly json?: string;
  readonly docs?: string;
  readonly page: string;
}

/** `lab bench`: how fast Sluice is, beside others. Exits with 0 whatever it finds: a missed goal is a finding. */
export function benchCommand(): Command {
  const list = benchmarks.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}`);
  return new Command("bench")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .description(
      "measure Sluice beside pg-boss, graphile-worker, BullMQ and hand-written SQL, in turn, on one Postgres",
    )
    .addOption(new Option("--only <name>", "one benchmark").choices(benchmarks.map(({ name }) => name)))
    .option("--quick", "small sizes and three rounds: under ten minutes")
    .option("--smoke", "tiny sizes and one round: whether it works, not how fast anything is")
    .option("--with <names>", 'only contenders whose name contains one of these: "Sluice,pg-boss"')
    .option("--json <file>", "write samples and goals, after each benchmark")
    .option("--docs <file>", "measure nothing: write the tables of a results file into the page")
    .option("--page <file>", "the page that --docs writes into", "docs/benchmarks.md")
    .addHelpText("after", `\nBenchmarks:\n${list.join("\n")}`)
    .action(runBench);
}

async function runBench(options: BenchOptions, command: Command): Promise<void> {
  if (options.docs !== undefined) {
    writePage(options.docs, options.page, command);
    return;
  }
  const { only, json } = options;
  const size = options.smoke ? "smoke" : options.quick ? "quick" : "full";
  if (json !== undefined) checkWritable(json, command);
  const results = await runBenchmarks({
    chosen: benchmarks.filter(({ name }) => only === undefined || name === only),
    size,
    only: options.with?.split(",") ?? null,
    command: process.argv.slice(3).join(" "),
    say: (text) => console.error(text),
    onResult: (soFar, latest) => {
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(soFar)}\n`);
      print(latest);
    },
  });
  for (const goal of results.goals.filter(({ name }) => isJudged(name, results))) console.log(goalText(goal));
}

function print(latest: BenchmarkResult): void {
  const benchmark = benchmarks.find(({ name }) => name === latest.name);
  if (benchmark !== undefined) console.log(`\n${benchmarkText(benchmark, latest)}\n`);
}

/** Goals of what was not run are in the file, and would only be noise here. */
function isJudged(goal: string, { benchmarks: measured }: Results): boolean {
  const run = new Set(measured.map(({ name }) => name));
  return benchmarks.some(({ name, goals }) => run.has(name) && goals.some((each) => each.name === goal));
}

function checkWritable(path: string, command: Command): void {
  try {
    writeFileSync(path, "");
  } catch (error) {
    command.error(`error: ${path} cannot be written: ${String(error)}`, { exitCode: 2 });
  }
}

function writePage(resultsFile: string, page: string, command: Command): void {
  try {
    const results: Results = JSON.parse(readFileSync(resultsFile, "utf8"));
    const judged = { ...results, goals: judge(results.benchmarks) };
    writeFileSync(page, fillMarkers(readFileSync(page, "utf8"), "bench", renderParts(judged)));
  } catch (error) {
    command.error(`error: the tables could not be written: ${String(error)}`, { exitCode: 2 });
  }
}
