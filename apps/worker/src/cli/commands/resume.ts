import type { Command } from "commander";
import { jsonGate } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { findGate } from "../find-gate.js";
import { renderGates } from "../gate-table.js";

export function addResumeCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("resume")
    .description("end an operator's pause; what a provider closed stays closed (see `gates open`)")
    .argument("<gate>", "a task type, or the key of a gate")
    .option("--json", "print JSON")
    .addHelpText("after", examples("sluice resume generate_topics"))
    .action(async (name: string, flags: { json?: boolean }) => {
      const gate = await withApp(async ({ store, jobs }) =>
        jsonGate(await jobs.resume(await findGate({ store }, name)), await store.now()),
      );
      if (flags.json === true) terminal.printJson(gate);
      else terminal.print(renderGates(terminal, [gate]));
    });
}
