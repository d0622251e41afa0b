import type { Command } from "commander";
import type { DemoOptions } from "../../demo/run-demo.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { exitCode } from "../exit-code.js";
import { wholeNumber } from "../flags.js";

const details = `It has an embedded database of its own, in .sluice/demo, which each run starts over; no other is touched. \`status\`, \`jobs\` and
\`job\` show it with --demo. No key is needed: the model is part of Sluice.`;

export function addDemoCommand(
  program: Command,
  { terminal, readConfig, createLogger }: CommandContext,
): void {
  program
    .command("demo")
    .description("read a project, queue a job for everything in it, work them off, show what was found")
    .argument("[path]", "a folder or file", ".")
    .option(
      "--rate-limit <n>",
      "put a provider with a quota of <n> requests per minute in front",
      wholeNumber(1, 1_000_000),
    )
    .option("--json", "print one JSON object and nothing else")
    .addHelpText(
      "after",
      `\n${details}\n${examples("sluice demo", "sluice demo ../my-project --rate-limit 300", "sluice demo --json | jq .jobs")}`,
    )
    .action(async (path: string, options: DemoOptions) => {
      const { runDemo } = await import("../../demo/run-demo.js");
      const { printNextCommands, printResult } = await import("../../demo/print-result.js");
      const config = readConfig();
      const logger = await createLogger(config, "error");
      const result = await runDemo(path, { config, terminal, options, logger });
      if (options.json === true) terminal.printJson(result);
      else {
        printResult(terminal, result);
        printNextCommands(terminal);
      }
      const isAllDone = Object.keys(result.jobs).every((status) => status === "completed");
      process.exitCode = isAllDone ? exitCode.done : exitCode.failed;
    });
}
