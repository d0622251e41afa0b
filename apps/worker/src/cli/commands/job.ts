import { toJobId } from "@sluice/core";
import type { Command } from "commander";
import { jsonAttempt, jsonJob } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { exitCode, WrongUseError } from "../exit-code.js";
import { renderTable } from "../terminal.js";

export function addJobCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("job")
    .description("show one job, its attempts and its result")
    .argument("<id>", "the job's id")
    .option("--json", "print JSON")
    .action(async (text: string, flags: { json?: boolean }) => {
      const id = parseId(text);
      const { job, attempts } = await withApp(async ({ store }) => ({
        job: await store.getJob(id),
        attempts: await store.listAttempts(id),
      }));
      if (job === null) {
        terminal.note(`there is no job ${id}`);
        process.exitCode = exitCode.failed;
        return;
      }
      const shown = { ...jsonJob(job), ledger: attempts.map(jsonAttempt) };
      if (flags.json === true) return terminal.printJson(shown);
      const { ledger, result, payload, ...facts } = shown;
      for (const [name, value] of Object.entries(facts))
        if (value !== null) terminal.print(`${name}: ${inWords(value)}`);
      terminal.print(`payload: ${JSON.stringify(payload)}`);
      if (result !== null) terminal.print(`result: ${JSON.stringify(result, null, 2)}`);
      if (ledger.length === 0) return terminal.print("no runs yet");
      const rows = ledger.map((one) => [
        String(one.leaseNo),
        one.outcome,
        one.claimedAt ?? "",
        `${one.durationMs} ms`,
        one.failure?.message ?? "",
      ]);
      const columns = [
        { title: "lease" },
        { title: "outcome" },
        { title: "claimed" },
        { title: "took" },
        { title: "failure", share: 1 },
      ];
      terminal.print(`\n${renderTable(terminal, columns, rows)}`);
    });
}

function parseId(text: string) {
  try {
    return toJobId(text);
  } catch (error) {
    throw new WrongUseError(error instanceof Error ? error.message : "not a job id", { cause: error });
  }
}

function inWords(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
