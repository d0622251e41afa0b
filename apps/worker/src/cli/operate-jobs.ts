import {
  type JobEventType,
  type JobId,
  type JobQuery,
  type JobStatus,
  jobStatuses,
  type OperateAnswer,
  type TargetRef,
  transitionTable,
} from "@sluice/core";
import type { Command } from "commander";
import type { App } from "../compose.js";
import type { CommandContext } from "./context.js";
import { exitCode, WrongUseError } from "./exit-code.js";
import { jobIds, statuses, target } from "./flags.js";
import { type Progress, showProgress } from "./progress.js";
import type { Terminal } from "./terminal.js";

/** What an operator does to one job or many: `retry` or `cancel`. */
export interface Operation {
  readonly name: "retry" | "cancel";
  /** For the summary, after a number: `retried`. */
  readonly done: string;
  /** The event that it is for a job: which statuses have it, core knows. */
  readonly event: JobEventType;
  /** What is meant by filters that name no status. */
  readonly usualStatuses: readonly JobStatus[];
  /** Why it is refused, after "job … is completed: ". */
  readonly refusal: string;
  operate(app: App, id: JobId): Promise<OperateAnswer>;
}

interface OperateFlags {
  readonly status?: readonly JobStatus[];
  readonly task?: string;
  readonly target?: TargetRef;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface NotDone {
  readonly id: JobId;
  readonly outcome: "refused" | "not-found";
  readonly status: JobStatus | null;
  readonly reason: string;
}

interface Report {
  readonly done: number;
  readonly notDone: readonly NotDone[];
}

const pageSize = 200;
/** Under way at once: waiting for one another would take a round trip each. */
const atOnce = 8;

/** The arguments, flags and the doing that both operations share. */
export function addOperation(command: Command, operation: Operation, context: CommandContext): Command {
  const { terminal, withApp } = context;
  return command
    .argument("[ids...]", "jobs by their ids", jobIds)
    .option(
      "--status <status>",
      `all with this status; with commas: ${allowedStatuses(operation).join(", ")}`,
      statuses,
    )
    .option("--task <type>", "all of this task type")
    .option("--target <type:id>", "all about this target", target)
    .option("--yes", "with filters: do it; without, their number is told and nothing is done")
    .option("--json", "print JSON")
    .action(async (ids: readonly JobId[] | undefined, flags: OperateFlags) => {
      const query = readQuery(operation, ids ?? [], flags);
      const report = await withApp(async (app) => {
        if (query === null) return await operateAll([...new Set(ids)], operation, app);
        return await operateMatching(query, operation, app, { terminal, flags });
      });
      if (flags.json === true) terminal.printJson(report);
      else printReport(report, operation, terminal);
      if (report.notDone.length > 0) process.exitCode = exitCode.failed;
    });
}

/** `null`: by ids. */
function readQuery(operation: Operation, ids: readonly JobId[], flags: OperateFlags): JobQuery | null {
  const hasFilter = flags.status !== undefined || flags.task !== undefined || flags.target !== undefined;
  if (ids.length > 0 && hasFilter) throw new WrongUseError("name jobs by their ids, or by filters: not both");
  if (ids.length === 0 && !hasFilter)
    throw new WrongUseError(
      `say which jobs: ids, or --status, --task or --target (see \`sluice ${operation.name} --help\`)`,
    );
  if (!hasFilter) return null;
  const allowed = allowedStatuses(operation);
  const impossible = flags.status?.filter((status) => !allowed.includes(status)) ?? [];
  if (impossible.length > 0)
    throw new WrongUseError(
      `${impossible.join(", ")}: ${operation.refusal}; --status takes ${allowed.join(", ")}`,
    );
  return {
    statuses: flags.status ?? operation.usualStatuses,
    limit: pageSize,
    ...(flags.task !== undefined && { taskType: flags.task }),
    ...(flags.target !== undefined && { target: flags.target }),
  };
}

function allowedStatuses({ event }: Operation): readonly JobStatus[] {
  return jobStatuses.filter((status) => transitionTable[status][event] !== undefined);
}

async function operateMatching(
  query: JobQuery,
  operation: Operation,
  app: App,
  { terminal, flags }: { readonly terminal: Terminal; readonly flags: OperateFlags },
): Promise<Report> {
  const matching: JobId[] = [];
  for await (const page of pagesOf(query, app)) matching.push(...page);
  const jobs = `${matching.length} job${matching.length === 1 ? "" : "s"}`;
  if (flags.yes !== true && matching.length > 0)
    throw new WrongUseError(`${jobs} to ${operation.name}; nothing is done without --yes`);
  const progress = showProgress(terminal, operation.name);
  try {
    return await operateAll(matching, operation, app, progress);
  } finally {
    progress.end();
  }
}

async function* pagesOf(query: JobQuery, { store }: App): AsyncGenerator<readonly JobId[]> {
  let cursor: string | null = null;
  do {
    const page = await store.listJobs({ ...query, ...(cursor !== null && { cursor }) });
    yield page.jobs.map(({ id }) => id);
    cursor = page.next;
  } while (cursor !== null);
}

async function operateAll(
  ids: readonly JobId[],
  operation: Operation,
  app: App,
  progress?: Progress,
): Promise<Report> {
  const notDone: NotDone[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce);
    const answers = await Promise.all(
      some.map(async (id) => explainAnswer(id, await operation.operate(app, id), operation)),
    );
    notDone.push(...answers.filter((answer) => answer !== null));
    progress?.update(from + some.length, ids.length);
  }
  return { done: ids.length - notDone.length, notDone };
}

function explainAnswer(id: JobId, answer: OperateAnswer, { refusal }: Operation): NotDone | null {
  if (answer.type === "done") return null;
  if (answer.type === "not-found")
    return { id, outcome: "not-found", status: null, reason: "there is no such job" };
  const { status, reason } = answer;
  const words = reason === "key-is-live" ? "another job with its dedupe key waits or runs" : refusal;
  return { id, outcome: "refused", status, reason: words };
}

function printReport({ done, notDone }: Report, operation: Operation, { print, warn }: Terminal): void {
  for (const { id, status, reason } of notDone)
    warn(`job ${id}${status === null ? "" : ` is ${status}`}: ${reason}`);
  print(`${done} ${operation.done}${notDone.length === 0 ? "" : `, ${notDone.length} not`}`);
}
