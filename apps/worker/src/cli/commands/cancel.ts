import { activeStatuses, waitingStatuses } from "@sluice/core";
import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { addOperation } from "../operate-jobs.js";

export function addCancelCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("cancel")
    .description("end jobs: waiting ones at once; running ones are asked to stop, and may still succeed")
    .addHelpText(
      "after",
      examples(
        "sluice cancel 019ab3f2-…",
        "sluice cancel --task generate_topics --yes",
        "sluice cancel --target conversation:support/12.json --yes",
      ),
    );
  addOperation(
    command,
    {
      name: "cancel",
      done: "cancelled, or asked to stop where they run",
      event: "cancel-requested",
      usualStatuses: [...waitingStatuses, ...activeStatuses],
      refusal: "it has ended, there is nothing to cancel",
      operate: ({ jobs }, id) => jobs.cancel(id),
    },
    context,
  );
}
