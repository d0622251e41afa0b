import type { JobCount } from "@sluice/core";
import type { Command } from "commander";
import { readStatus, type Status } from "../../status/read-status.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { demoOption } from "../flags.js";
import { renderGates } from "../gate-table.js";
import { paintStatus } from "../paint-status.js";
import { renderTable, type Terminal } from "../terminal.js";

export function addStatusCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("status")
    .description("everything at a glance: jobs, gates, workers, and why what waits does not run")
    .option(...demoOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("sluice status", "sluice status --json | jq .jobs", "watch sluice status"))
    .action(async (flags: { demo?: boolean; json?: boolean }) => {
      const { status, counts } = await withApp(readStatus, { ...flags, looksOnly: true });
      if (flags.json === true) terminal.printJson(status);
      else printStatus(status, counts, terminal);
    });
}

function printStatus(
  { tasks, moreTasks, gates, workers }: Status,
  counts: readonly JobCount[],
  terminal: Terminal,
): void {
  const { print } = terminal;
  if (counts.length === 0) print("no jobs");
  else {
    const rows = counts.map(({ taskType, status, count }) => [
      taskType,
      paintStatus(terminal, status),
      String(count),
    ]);
    print(renderTable(terminal, [{ title: "task" }, { title: "status" }, { title: "jobs" }], rows));
  }
  for (const { text } of tasks) print(`\n${text}`);
  if (moreTasks > 0) print(`\n${moreTasks} more task types have jobs that wait or run`);
  if (gates.length > 0) print(`\n${renderGates(terminal, gates)}`);
  if (workers.length === 0) print("\nno live worker");
  else print(`\n${renderWorkers(terminal, workers)}`);
}

function renderWorkers(terminal: Terminal, workers: Status["workers"]): string {
  const rows = workers.map(({ id, taskTypes, running, concurrency }) => [
    id,
    `${running}/${concurrency}`,
    taskTypes.join(", "),
  ]);
  return renderTable(
    terminal,
    [{ title: "worker" }, { title: "running" }, { title: "tasks", share: 1 }],
    rows,
  );
}
