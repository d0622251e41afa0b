import { isLiveWorker, isTerminalStatus } from "@sluice/core";
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
        return {
          counts,
          gates: gates.map((gate) => jsonGate(gate, now)),
          workers: workers.filter((worker) => isLiveWorker(worker, now)),
          explanations,
        };
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
      for (const { key, open, state, reason, pausedUntil, closedUntil } of status.gates) {
        const until = pausedUntil ?? closedUntil;
        const shown = open && state === "open" ? colors.green(state) : colors.yellow(state);
        print(
          `gate ${key}: ${shown}${until === null ? "" : ` until ${until}`}${reason === null ? "" : ` (${reason})`}`,
        );
      }
      print(
        workers.length === 0
          ? "no live worker"
          : `${workers.length} live worker(s), ${workers.reduce((sum, { running }) => sum + running, 0)} jobs running`,
      );
    });
}
