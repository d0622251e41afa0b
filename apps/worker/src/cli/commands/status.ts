import { isTerminalStatus } from "@sluice/core";
import type { Command } from "commander";
import { sumByStatus } from "../../demo/find-results.js";
import type { CommandContext } from "../context.js";
import { jsonGate } from "../json-views.js";
import { renderTable } from "../terminal.js";

export function addStatusCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("status")
    .description("everything at a glance: jobs, gates, workers, and why what waits does not run")
    .option("--json", "print JSON")
    .action(async (flags: { json?: boolean }) => {
      const status = await withApp(async ({ store, jobs }) => {
        const [counts, gates, workers, now] = await Promise.all([
          store.countJobs(),
          store.listGates(),
          store.listWorkers(),
          store.now(),
        ]);
        const live = counts.filter(({ status: one }) => !isTerminalStatus(one));
        const taskTypes = [...new Set(live.map(({ taskType }) => taskType))].sort();
        const explanations = await Promise.all(
          taskTypes.map(async (taskType) => ({ taskType, text: (await jobs.explain(taskType)).text })),
        );
        return { counts, gates: gates.map((gate) => jsonGate(gate, now)), workers, explanations };
      });
      const workers = status.workers.map(({ id, taskTypes, running, concurrency }) => ({
        id,
        taskTypes,
        running,
        concurrency,
      }));
      if (flags.json === true)
        return terminal.printJson({
          jobs: sumByStatus(status.counts),
          gates: status.gates,
          workers,
          tasks: status.explanations,
        });

      const { print, colors } = terminal;
      if (status.counts.length === 0) print("no jobs");
      else {
        const rows = status.counts.map(({ taskType, status: name, count }) => [
          taskType,
          name,
          String(count),
        ]);
        print(renderTable(terminal, [{ title: "task" }, { title: "status" }, { title: "jobs" }], rows));
      }
      for (const { text } of status.explanations) print(text);
      for (const gate of status.gates) {
        const state = gate.open ? colors.green("open") : colors.yellow("closed");
        const until = gate.pausedUntil ?? gate.closedUntil;
        print(
          `gate ${gate.key}: ${state}${gate.open || until === null ? "" : ` until ${until}`}${gate.open ? "" : ` (${gate.reason ?? "paused"})`}`,
        );
      }
      print(
        workers.length === 0
          ? "no live worker"
          : `${workers.length} live worker(s), ${workers.reduce((sum, { running }) => sum + running, 0)} jobs running`,
      );
    });
}
