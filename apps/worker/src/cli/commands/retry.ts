import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { addOperation } from "../operate-jobs.js";

export function addRetryCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("retry")
    .description("take jobs that ended without success back to `pending`, with all their attempts")
    .addHelpText(
      "after",
      examples(
        "sluice retry 019ab3f2-…",
        "sluice retry --status failed_ai --yes",
        "sluice retry --status failed_ai --task generate_topics --yes",
      ),
    );
  addOperation(
    command,
    {
      name: "retry",
      done: "retried",
      event: "retry-requested",
      // Who cancelled a job did not want it.
      usualStatuses: ["failed_ai", "failed_payload_parsing", "failed_job_logic"],
      refusal: "only jobs that ended without success can be retried",
      operate: ({ jobs }, id) => jobs.retry(id),
    },
    context,
  );
}
