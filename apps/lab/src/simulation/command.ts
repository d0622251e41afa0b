import { Command, InvalidArgumentError, Option } from "commander";
import { type PlantedBugName, plantedBugNames, plantedBugs } from "./planted-bugs.js";
import { toJson, toText, traceText } from "./report.js";
import { runSeeds } from "./run-seeds.js";
import { simulate } from "./simulate.js";

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly seed?: number;
  readonly trace?: true;
  readonly bug?: PlantedBugName;
  readonly json?: true;
}

/** Simulates fleets; exits with 1 when a law was broken. */
export function simulationCommand(): Command {
  return new Command("sim")
    .description("run whole fleets in virtual time, with everything going wrong that can, and check the laws")
    .option("--seeds <number>", "how many worlds", wholeNumber, 300)
    .option("--from <seed>", "the first of them", wholeNumber, 1)
    .option("--seed <seed>", "this one only", wholeNumber)
    .option("--trace", "with --seed: print who did what when")
    .addOption(new Option("--bug <name>", "plant a mistake, to see it found").choices(plantedBugNames))
    .option("--json", "print JSON")
    .action(run);
}

async function run({ seeds, from, seed, trace, bug, json }: Options, command: Command): Promise<void> {
  const plant = bug === undefined ? undefined : plantedBugs[bug];
  if (trace) {
    if (seed === undefined) command.error("error: --trace needs a --seed");
    const simulated = await simulate(seed, { isTraced: true, plant });
    console.log(traceText(simulated));
    if (simulated.violations.length > 0) process.exitCode = 1;
    return;
  }
  const startedAt = performance.now();
  const report = await runSeeds(seed === undefined ? numbers(from, seeds) : [seed], { plant });
  console.log(json ? toJson(report) : toText(report, performance.now() - startedAt));
  if (report.violations > 0) process.exitCode = 1;
}

function* numbers(from: number, count: number): Iterable<number> {
  for (let number = from; number < from + count; number++) yield number;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("a whole number from 1 is needed");
  return Number(text);
}
