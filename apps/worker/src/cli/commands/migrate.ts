import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { exitCode } from "../exit-code.js";

export function addMigrateCommand(program: Command, { terminal, withDatabase }: CommandContext): void {
  program
    .command("migrate")
    .description(
      "bring Sluice's tables (schema `sluice`) up to date; nothing else in the database is touched",
    )
    .option("--check", "only tell what is missing; exits with 1 when something is")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `\nIt may be run by several at once, and again at any time. Workers do the same when they start.\n${examples("sluice migrate", "sluice migrate --check")}`,
    )
    .action(async (flags: { check?: boolean; json?: boolean }) => {
      const { findPending, migrateAll } = await import("../../database/migrations.js");
      const isCheck = flags.check === true;
      const pending = await withDatabase(async ({ db, withoutLimits }) => {
        const missing = await findPending(db);
        if (!isCheck) await withoutLimits(migrateAll);
        return missing;
      });
      if (flags.json === true) terminal.printJson(isCheck ? { pending } : { applied: pending });
      else if (pending.length === 0) terminal.print("up to date");
      else for (const file of pending) terminal.print(`${isCheck ? "missing" : "applied"} ${file}`);
      if (isCheck && pending.length > 0) process.exitCode = exitCode.failed;
    });
}
