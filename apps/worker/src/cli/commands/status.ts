import type { Command } from "commander";
import { readStatus } from "../../status/read-status.js";
import type { CommandContext } from "../context.js";
import { renderTable } from "../terminal.js";

export function addStatusCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("status")
    .description("everything at a glance: jobs, gates, workers, and why what waits does not run")
    .option("--json", "print JSON")
    .action(async (flags: { json?: boolean }) => {
      const { status, counts } = await withApp(readStatus);
      if (flags.json === true) return terminal.printJson(status);

      const { print, colors } = terminal;
      if (counts.length === 0) print("no jobs");
      else {
        const rows = counts.map(({ taskType, status: name, count }) => [taskType, name, String(count)]);
        print(renderTable(terminal, [{ title: "task" }, { title: "status" }, { title: "jobs" }], rows));
      }
      for (const { text } of status.tasks) print(text);
      for (const { key, open, state, reason, pausedUntil, closedUntil } of status.gates) {
        const until = pausedUntil ?? closedUntil;
        const shown = open && state === "open" ? colors.green(state) : colors.yellow(state);
        print(
          `gate ${key}: ${shown}${until === null ? "" : ` until ${until}`}${reason === null ? "" : ` (${reason})`}`,
        );
      }
      const { workers } = status;
      print(
        workers.length === 0
          ? "no live worker"
          : `${workers.length} live worker(s), ${workers.reduce((sum, { running }) => sum + running, 0)} jobs running`,
      );
    });
}
