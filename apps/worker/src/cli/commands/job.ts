import type { JobId } from "@sluice/core";
import { describeDuration } from "@sluice/runner";
import type { Command } from "commander";
import { jsonAttempt, jsonJob } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { FailedError } from "../exit-code.js";
import { demoOption, jobId } from "../flags.js";
import { paintStatus } from "../paint-status.js";
import { renderTable, type Terminal } from "../terminal.js";

export function addJobCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("job")
    .description("show one job, its attempts and its result")
    .argument("<id>", "the job's id", jobId)
    .option(...demoOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("sluice job 019ab3f2-…", "sluice job 019ab3f2-… --json | jq .ledger"))
    .action(async (id: JobId, flags: { demo?: boolean; json?: boolean }) => {
      const { job, attempts } = await withApp(
        async ({ store }) => ({ job: await store.getJob(id), attempts: await store.listAttempts(id) }),
        { ...flags, looksOnly: true },
      );
      if (job === null) throw new FailedError(`there is no job ${id}`);
      const shown = { ...jsonJob(job), ledger: attempts.map(jsonAttempt) };
      if (flags.json === true) terminal.printJson(shown);
      else printJob(shown, terminal);
    });
}

type ShownJob = ReturnType<typeof jsonJob> & { readonly ledger: readonly ReturnType<typeof jsonAttempt>[] };

function printJob({ ledger, result, payload, ...facts }: ShownJob, terminal: Terminal): void {
  const { print } = terminal;
  for (const [name, value] of Object.entries({ ...facts, status: paintStatus(terminal, facts.status) }))
    if (value !== null) print(`${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  print(`payload: ${JSON.stringify(payload)}`);
  if (result !== null) print(`result: ${JSON.stringify(result, null, 2)}`);
  print(ledger.length === 0 ? "no runs yet" : `\n${renderLedger(ledger, terminal)}`);
}

function renderLedger(ledger: ShownJob["ledger"], terminal: Terminal): string {
  const rows = ledger.map(({ leaseNo, outcome, claimedAt, durationMs, usage, failure }) => [
    String(leaseNo),
    outcome,
    claimedAt ?? "",
    describeDuration(durationMs),
    usage?.model ?? "",
    failure?.message ?? "",
  ]);
  return renderTable(terminal, columns, rows);
}

const columns = [
  { title: "lease" },
  { title: "outcome" },
  { title: "claimed" },
  { title: "took" },
  { title: "model" },
  { title: "failure", share: 1 },
];
