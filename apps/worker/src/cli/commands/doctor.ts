import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { exitCode } from "../exit-code.js";

export function addDoctorCommand(program: Command, { terminal, readConfig }: CommandContext): void {
  program
    .command("doctor")
    .description("check database, tables, clock, notifications, model and key, and say what to do")
    .option("--json", "print a JSON array")
    .addHelpText(
      "after",
      `\nAsks the model one short question, which may cost a fraction of a cent. Changes nothing.\n${examples("sluice doctor", "sluice doctor --json | jq '.[] | select(.ok | not)'")}`,
    )
    .action(async (flags: { json?: boolean }) => {
      const { checkUp } = await import("../../doctor/check-up.js");
      const findings = await checkUp(readConfig());
      if (flags.json === true) terminal.printJson(findings);
      else
        for (const { check, ok, detail, advice } of findings) {
          const { colors, print } = terminal;
          print(`${ok ? colors.green("ok ") : colors.red("bad")} ${check}: ${detail}`);
          if (advice !== null) print(`    ${advice}`);
        }
      if (findings.some(({ ok }) => !ok)) process.exitCode = exitCode.failed;
    });
}
