import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { fillMarkers } from "../fill-markers.js";
import { type ChaosReport, isUnharmed } from "./chaos-report.js";
import { runChaos } from "./run-chaos.js";
import { reportTable, reportText } from "./show-report.js";

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly workers: number;
  readonly json?: true;
  readonly docs?: true;
}

/** In the folder in which the root's scripts run. */
const page = "docs/reliability.md";

/** Real processes, a real database, everything breaking; exits with 1 when something was lost, done twice, or against the rules. */
export function chaosCommand(): Command {
  return new Command("chaos")
    .description("kill, freeze and cut off real workers, restart the database, and account for every job")
    .option("--kills <number>", "how many workers are killed", wholeNumber, 100)
    .option("--seed <seed>", "which faults, in which order", wholeNumber, 1)
    .option("--workers <number>", "at once", wholeNumber, 6)
    .option("--json", "print JSON")
    .option("--docs", `write the figures into ${page}`)
    .action(run);
}

async function run({ kills, seed, workers, json, docs }: Options): Promise<void> {
  const logFolder = mkdtempSync(join(tmpdir(), "sluice-chaos-"));
  console.error(`the workers' logs are in ${logFolder}`);
  const onProgress = (text: string) => console.error(text);
  const report = await runChaos({ kills, seed, workers, logFolder, onProgress });
  console.log(json ? JSON.stringify(report) : reportText(report));
  if (docs) writePage(report, workers);
  // At once: Node waits for ever for a socket that it has lost (see the proxy of testkit).
  process.exit(isUnharmed(report) ? 0 : 1);
}

function writePage(report: ChaosReport, workers: number): void {
  const parts = { figures: reportTable(report, { workers, takenAt: new Date() }) };
  writeFileSync(page, fillMarkers(readFileSync(page, "utf8"), "chaos", parts));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("a whole number from 1 is needed");
  return Number(text);
}
