import { type Job, type JobStatus, jobStatuses } from "@sluice/core";
import type { Command } from "commander";
import { jsonInstant, jsonJob } from "../../json-views.js";
import type { CommandContext } from "../context.js";
import { WrongUseError } from "../exit-code.js";
import { renderTable } from "../terminal.js";

interface JobsFlags {
  readonly status?: string;
  readonly task?: string;
  readonly limit: string;
  readonly json?: boolean;
}

export function addJobsCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("jobs")
    .description("list jobs, newest first")
    .option("--status <status>", `one of ${jobStatuses.join(", ")}`)
    .option("--task <type>", "of one task type")
    .option("--limit <n>", "so many, at most 1000", "20")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  sluice jobs --status failed_ai\n  sluice jobs --limit 100 --json")
    .action(async (flags: JobsFlags) => {
      const limit = Number(flags.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
        throw new WrongUseError(
          `--limit must be a whole number from 1 to 1000, got ${JSON.stringify(flags.limit)}`,
        );
      const query = {
        limit,
        ...(flags.status !== undefined && { statuses: [parseStatus(flags.status)] }),
        ...(flags.task !== undefined && { taskType: flags.task }),
      };
      const { jobs } = await withApp(({ store }) => store.listJobs(query));
      if (flags.json === true) terminal.printJson(jobs.map(jsonJob));
      else if (jobs.length === 0) terminal.print("no jobs");
      else terminal.print(renderTable(terminal, columns, jobs.map(toRow)));
    });
}

const columns = [
  { title: "id" },
  { title: "task", share: 2 },
  { title: "target", share: 3 },
  { title: "status" },
  { title: "attempts" },
  { title: "last failure", share: 2 },
];

function toRow(job: Job): readonly string[] {
  const target = job.target === null ? "" : `${job.target.type}:${job.target.id}`;
  return [
    job.id,
    job.taskType,
    target,
    job.status,
    `${job.attempts}/${job.maxAttempts}`,
    job.lastFailure === null ? "" : `${job.lastFailure.message} (${jsonInstant(job.lastFailure.at)})`,
  ];
}

function parseStatus(text: string): JobStatus {
  const status = jobStatuses.find((known) => known === text);
  if (status === undefined)
    throw new WrongUseError(`unknown status ${text}; there are ${jobStatuses.join(", ")}`);
  return status;
}
