import { Command, InvalidArgumentError, Option } from "commander";
import { exploreWorld } from "./explore-world.js";
import { type PlantedBugName, plantedBugNames, plantedBugs } from "./planted-bugs.js";
import { renderTrace, traceOf } from "./render-trace.js";
import { realRules } from "./rules.js";
import { smallWorld } from "./world.js";

interface Options {
  readonly workers: number;
  readonly jobs: number;
  readonly attempts: number;
  readonly surprises: number;
  readonly bug?: PlantedBugName;
  readonly json?: true;
}

/** Explores a small world completely; exits with 1 when a law can be broken in it. */
export function exploreCommand(): Command {
  return new Command("explore")
    .description(
      "visit every state of a small world that is made by core's rules, and check its laws in each",
    )
    .option("--workers <number>", "workers", wholeNumber, smallWorld.workers)
    .option("--jobs <number>", "jobs", wholeNumber, smallWorld.jobs)
    .option("--attempts <number>", "attempts that each job has", wholeNumber, smallWorld.maxAttempts)
    .option(
      "--surprises <number>",
      "crashes, stalls, refusals, cancels, … in all",
      wholeNumber,
      smallWorld.surprises,
    )
    .addOption(new Option("--bug <name>", "plant a mistake, to see it found").choices(plantedBugNames))
    .option("--json", "print JSON")
    .action(explore);
}

function explore({ workers, jobs, attempts, surprises, bug, json }: Options): void {
  const { rules, size: world } =
    bug === undefined ? { rules: realRules, size: smallWorld } : plantedBugs[bug];
  const size = { ...world, workers, jobs, maxAttempts: attempts, surprises };
  const startedAt = performance.now();
  const { states, transitions, trouble } = exploreWorld(size, rules);
  const elapsedMs = Math.round(performance.now() - startedAt);
  const trace = trouble === null ? null : traceOf(trouble, size, rules);
  if (json) {
    const brokenLaw = trouble?.law ?? null;
    console.log(JSON.stringify({ size, bug: bug ?? null, states, transitions, elapsedMs, brokenLaw, trace }));
  } else {
    const count = (number: number) => number.toLocaleString("en");
    console.log(
      `${workers} workers, ${jobs} jobs of ${attempts} attempts, one gate, up to ${surprises} surprises: ` +
        `${count(states)} states, ${count(transitions)} transitions, ${(elapsedMs / 1_000).toFixed(1)} s`,
    );
    if (bug !== undefined) console.log(`Planted: ${plantedBugs[bug].about}.`);
    console.log(
      trouble === null || trace === null
        ? "No law can be broken, and from every state all jobs can end without further surprises."
        : `\n${renderTrace(trace, trouble.law)}`,
    );
  }
  if (trouble !== null) process.exitCode = 1;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("a whole number is needed");
  return Number(text);
}
