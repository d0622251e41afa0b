import type { Command } from "commander";
import { jsonGate } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { findGate } from "../find-gate.js";
import { renderGates } from "../gate-table.js";

export function addGatesCommand(program: Command, context: CommandContext): void {
  const { terminal, withApp } = context;
  const gates = program
    .command("gates")
    .description(
      "list the gates that jobs pass: open, paused by an operator, or closed by a provider's answer",
    )
    .option("--json", "print a JSON array")
    .addHelpText("after", examples("sluice gates", "sluice gates open model:openai:1f2e3d4c5b6a:gpt-5-mini"))
    .action(async (flags: { json?: boolean }) => {
      const shown = await withApp(async ({ store }) => {
        const [all, now] = await Promise.all([store.listGates(), store.now()]);
        return all.map((gate) => jsonGate(gate, now));
      });
      if (flags.json === true) terminal.printJson(shown);
      else if (shown.length === 0) terminal.print("no gates: no worker has been here yet");
      else terminal.print(renderGates(terminal, shown));
    });
  addOpenCommand(gates, context);
}

function addOpenCommand(gates: Command, { terminal, withApp }: CommandContext): void {
  gates
    .command("open")
    .description("open a gate that a provider's answer closed: you have paid the bill, or mended the key")
    .argument("<gate>", "a task type, or the key of a gate")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `\nAn operator's pause is not ended by it; \`sluice resume\` does that.\n${examples("sluice gates open model:openai:1f2e3d4c5b6a:gpt-5-mini")}`,
    )
    .action(async (name: string, _: object, command: Command) => {
      const gate = await withApp(async ({ store, jobs }) =>
        jsonGate(await jobs.openGate(await findGate({ store }, name)), await store.now()),
      );
      if (command.optsWithGlobals<{ json?: boolean }>().json === true) terminal.printJson(gate);
      else terminal.print(renderGates(terminal, [gate]));
    });
}
