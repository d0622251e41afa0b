import type { Command } from "commander";
import { jsonGate } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { findGate } from "../find-gate.js";
import { durationMs } from "../flags.js";
import { renderGates } from "../gate-table.js";

export function addPauseCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("pause")
    .description("keep a task, or all tasks behind a model's gate, from starting; what runs goes on")
    .argument("<gate>", "a task type, or the key of a gate")
    .option(
      "--for <duration>",
      "ends by itself after 90s, 10m, 1h30m, 2d; without it, `resume` ends it",
      durationMs,
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "sluice pause generate_topics --for 10m",
        "sluice pause model:openai:1f2e3d4c5b6a:gpt-5-mini",
        "sluice resume generate_topics",
      ),
    )
    .action(async (name: string, flags: { for?: number; json?: boolean }) => {
      const gate = await withApp(async ({ store, jobs }) => {
        const forMs = flags.for === undefined ? {} : { forMs: flags.for };
        return jsonGate(await jobs.pause(await findGate({ store }, name), forMs), await store.now());
      });
      if (flags.json === true) terminal.printJson(gate);
      else terminal.print(renderGates(terminal, [gate]));
    });
}
