import { Command, InvalidArgumentError } from "commander";
import { measureSizes, type Sizes } from "./measure-sizes.js";

interface SizesOptions {
  readonly json?: true;
  readonly jobs: number;
  readonly keep: number;
}

/** `lab sizes`: how large the tables get while many more jobs go through them than retention keeps. */
export function sizesCommand(): Command {
  return new Command("sizes")
    .description(
      "Sends jobs through a real Postgres and shows how large tables and indexes are, ten times on the way.",
    )
    .option("--json", "print {rows: [...]} instead of a table")
    .option("--jobs <count>", "jobs in all", toCount, 1_000_000)
    .option("--keep <count>", "completed jobs that retention keeps", toCount, 100_000)
    .action(runSizes);
}

async function runSizes({ json, jobs, keep }: SizesOptions): Promise<void> {
  const rows: Sizes[] = [];
  if (json === undefined)
    console.log("    jobs done      kept   jobs MB  +indexes   finished_jobs MB  +indexes");
  for await (const row of measureSizes({ jobs, keep })) {
    rows.push(row);
    if (json === undefined) console.log(toLine(row));
  }
  if (json === true) console.log(JSON.stringify({ rows }));
}

function toLine({ done, kept, live, finished }: Sizes): string {
  const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const cells = [mb(live.tableBytes), mb(live.indexBytes), mb(finished.tableBytes), mb(finished.indexBytes)];
  const widths = [10, 10, 19, 10];
  return (
    String(done).padStart(13) +
    String(kept).padStart(10) +
    cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("")
  );
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1_000)
    throw new InvalidArgumentError("it must be a whole number from 1,000 on.");
  return count;
}
