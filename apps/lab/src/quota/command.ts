import { Command, InvalidArgumentError } from "commander";
import { compare, tableHead, toLine, toRows } from "./quota-table.js";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios.js";

interface QuotaOptions {
  readonly json?: true;
  readonly seeds: number;
  readonly only?: string;
}

/** `lab quota`: how much of a provider's quota a fleet uses, and how many of its calls are refused. */
export function quotaCommand(): Command {
  return new Command("quota")
    .description(
      "Simulates fleets against every kind of quota, in virtual time, with the product's own gate.",
    )
    .option("--json", "print {rows: [...]} instead of a table")
    .option("--seeds <count>", "runs per cell, of which the median is shown", toCount, 5)
    .option("--only <scenario>", "only scenarios whose name contains this")
    .action(runQuota);
}

function runQuota({ json, seeds, only }: QuotaOptions): void {
  const chosen = choose(only);
  if (json) {
    const rows = chosen.flatMap((scenario) => toRows(compare(scenario, seeds)));
    console.log(JSON.stringify({ rows }));
    return;
  }
  console.log(tableHead);
  for (const scenario of chosen) console.log(toLine(compare(scenario, seeds)));
}

function choose(only: string | undefined): readonly Scenario[] {
  const chosen = scenarios.filter(({ name }) => only === undefined || name.includes(only));
  if (chosen.length > 0) return chosen;
  throw new InvalidArgumentError(
    `no scenario's name contains ${JSON.stringify(only)}; there are:\n${scenarios.map(({ name }) => `  ${name}`).join("\n")}`,
  );
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100) {
    throw new InvalidArgumentError("it must be a whole number from 1 to 100.");
  }
  return count;
}
