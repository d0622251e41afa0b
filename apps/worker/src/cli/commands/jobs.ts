import {
  type Job,
  type JobId,
  type JobQuery,
  type JobStatus,
  jobStatuses,
  type TargetRef,
} from "@sluice/core";
import type { Command } from "commander";
import { jsonInstant, jsonJob } from "../../json-views.js";
import { listJobPage } from "../../list-job-page.js";
import type { CommandContext } from "../context.js";
import { examples } from "../examples.js";
import { demoOption, jobId, statuses, target, wholeNumber } from "../flags.js";
import { paintStatus } from "../paint-status.js";
import { renderTable, type Terminal } from "../terminal.js";

interface JobsFlags {
  readonly status?: readonly JobStatus[];
  readonly task?: string;
  readonly target?: TargetRef;
  readonly limit: number;
  readonly after?: JobId;
  readonly demo?: boolean;
  readonly json?: boolean;
}

export function addJobsCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("jobs")
    .description("list jobs, newest first")
    .option("--status <status>", `with commas: ${jobStatuses.join(", ")}`, statuses)
    .option("--task <type>", "of one task type")
    .option("--target <type:id>", "about one target", target)
    .option("--limit <n>", "so many, at most 1000", wholeNumber(1, 1_000), 20)
    .option("--after <id>", "those that follow this job: the last one of the page before", jobId)
    .option(...demoOption)
    .option("--json", "print a JSON array")
    .addHelpText(
      "after",
      `\nA page ends sooner when its jobs come to 4 MiB: the last one has been told when --after it there are none.\n${examples(...exampleLines)}`,
    )
    .action(async (flags: JobsFlags) => {
      const query: JobQuery = {
        limit: flags.limit,
        ...(flags.status !== undefined && { statuses: flags.status }),
        ...(flags.task !== undefined && { taskType: flags.task }),
        ...(flags.target !== undefined && { target: flags.target }),
        ...(flags.after !== undefined && { cursor: flags.after }),
      };
      const { jobs, next } = await withApp(({ store }) => listJobPage(store, query), {
        ...flags,
        looksOnly: true,
      });
      if (flags.json === true) return terminal.printJson(jobs.map(jsonJob));
      if (jobs.length === 0) return terminal.print("no jobs");
      terminal.print(
        renderTable(
          terminal,
          columns,
          jobs.map((job) => toRow(job, terminal)),
        ),
      );
      if (next !== null) terminal.note(`there are more: add --after ${next}`);
    });
}

const exampleLines = [
  "sluice jobs --status failed_ai,failed_job_logic",
  "sluice jobs --target project_document:README.md",
  "sluice jobs --limit 100 --json | jq -r '.[].id'",
];

const columns = [
  { title: "id" },
  { title: "task", share: 2 },
  { title: "target", share: 3 },
  { title: "status" },
  { title: "attempts" },
  { title: "last failure", share: 2 },
];

function toRow(job: Job, terminal: Terminal): readonly string[] {
  return [
    job.id,
    job.taskType,
    job.target === null ? "" : `${job.target.type}:${job.target.id}`,
    paintStatus(terminal, job.status),
    `${job.attempts}/${job.maxAttempts}`,
    job.lastFailure === null ? "" : `${job.lastFailure.message} (${jsonInstant(job.lastFailure.at)})`,
  ];
}
