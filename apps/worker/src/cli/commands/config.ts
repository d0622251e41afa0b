import type { Command } from "commander";
import { describeVariables } from "../../config/describe-variables.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { renderTable } from "../terminal.js";

const secretText = { range: null, usual: null, isSecret: true };

export function addConfigCommand(program: Command, { terminal, readCheckedConfig }: CommandContext): void {
  program
    .command("config")
    .description(
      "show every setting: its value, where it comes from, and what it means; secrets are not shown",
    )
    .option("--json", "print a JSON array")
    .addHelpText(
      "after",
      examples(
        "sluice config",
        "BATCH_SIZE=0 sluice config",
        "sluice config --json | jq '.[] | select(.from != \"default\")'",
      ),
    )
    .action(async (flags: { json?: boolean }) => {
      const { env, fromFile } = await readCheckedConfig();
      const { describeProviderVariables } = await import("../../config/describe-provider-variables.js");
      const ofProviders = describeProviderVariables().map((about) => ({ ...secretText, ...about }));
      const described = [...describeVariables(), ...ofProviders];
      const settings = described.map(({ name, description, range, usual, isSecret }) => ({
        name,
        value: env[name] === undefined ? usual : isSecret ? "(set)" : env[name],
        from: env[name] === undefined ? "default" : fromFile.has(name) ? ".env" : "environment",
        values: range,
        meaning: description.replaceAll("`", ""),
      }));
      if (flags.json === true) return terminal.printJson(settings);
      const rows = settings.map(({ name, value, from, meaning }) => [name, value ?? "", from, meaning]);
      const columns = [
        { title: "setting" },
        { title: "value", share: 2 },
        { title: "from" },
        { title: "meaning", share: 5 },
      ];
      terminal.print(renderTable(terminal, columns, rows));
    });
}
