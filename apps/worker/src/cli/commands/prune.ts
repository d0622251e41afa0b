import type { RetentionPolicy } from "@sluice/core";
import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { durationMs } from "../flags.js";
import { showProgress } from "../progress.js";

interface PruneFlags {
  readonly olderThan?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Jobs per step: short transactions, and a bar that moves. */
const stepSize = 1_000;

export function addPruneCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("prune")
    .description(
      "delete finished jobs that retention lets go of, with their ledgers; workers do the same, little by little",
    )
    .option(
      "--older-than <duration>",
      "all that ended before that: 12h, 7d; instead of KEEP_COMPLETED_DAYS and KEEP_FAILED_DAYS",
      durationMs,
    )
    .option("--dry-run", "only tell how many there are")
    .option("--json", "print JSON")
    .addHelpText("after", examples("sluice prune --dry-run", "sluice prune", "sluice prune --older-than 12h"))
    .action(async (flags: PruneFlags) => {
      const counts = await withApp(async ({ store }, config) => {
        const keep: RetentionPolicy = {
          keepCompletedMs: flags.olderThan ?? config.keepCompletedMs,
          keepCompletedCount: null,
          keepFailedMs: flags.olderThan ?? config.keepFailedMs,
          keepFailedCount: null,
        };
        const total = await store.countPrunable(keep);
        if (flags.dryRun === true) return { prunable: total, deleted: 0 };
        const progress = showProgress(terminal, "jobs");
        let deleted = 0;
        try {
          for (let step = stepSize; step === stepSize; ) {
            ({ deleted: step } = await store.prune({ keep, limit: stepSize }));
            deleted += step;
            progress.update(deleted, Math.max(total, deleted));
          }
        } finally {
          progress.end();
        }
        return { prunable: total, deleted };
      });
      if (flags.json === true) terminal.printJson(counts);
      else if (flags.dryRun === true) terminal.print(`${counts.prunable} jobs would be deleted`);
      else terminal.print(`${counts.deleted} jobs deleted`);
    });
}
