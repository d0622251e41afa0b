import type { DedupeMode, TargetRef } from "@sluice/core";
import { type Command, Option } from "commander";
import type { CommandContext } from "../context.js";
import { enqueueStdin } from "../enqueue-stdin.js";
import { examples } from "../examples.js";
import { WrongUseError } from "../exit-code.js";
import { durationMs, instant, json, target, wholeNumber } from "../flags.js";

interface EnqueueFlags {
  readonly target?: TargetRef;
  readonly payload?: unknown;
  readonly key?: string;
  readonly dedupe?: DedupeMode;
  readonly priority?: number;
  readonly delay?: number;
  readonly at?: Date;
  readonly deadline?: number;
  readonly maxAttempts?: number;
  readonly json?: boolean;
}

export function addEnqueueCommand(program: Command, context: CommandContext): void {
  program
    .command("enqueue")
    .description("queue one job, told by flags, or many, told by JSON lines on standard input")
    .argument("[task]", "its task type; without it, standard input is read")
    .option("--target <type:id>", "what the job is about", target)
    .option("--payload <json>", "the payload", json)
    .option("--key <key>", "dedupe key: while a job with it waits or runs, there is no second one")
    .addOption(
      new Option("--dedupe <mode>", "what happens if there is one").choices(["keep", "replace", "rerun"]),
    )
    .option("--priority <n>", "lower goes first", wholeNumber(-(2 ** 31), 2 ** 31 - 1))
    .option("--delay <duration>", "not before so long from now: 90s, 10m, 1h30m, 2d", durationMs)
    .option("--at <instant>", "not before 2026-01-31T09:00:00Z", instant)
    .option("--deadline <duration>", "fails if it has not begun so long from now", durationMs)
    .option("--max-attempts <n>", "runs that count, the first included", wholeNumber(1, 1_000))
    .option("--json", "print what came of it as JSON")
    .addHelpText("after", `\n${details}\n${examples(...exampleLines)}`)
    .action(async (taskType: string | undefined, flags: EnqueueFlags) => {
      if (taskType !== undefined) return await enqueueOne(taskType, flags, context);
      const { json: isJson = false, ...others } = flags;
      if (Object.keys(others).length > 0)
        throw new WrongUseError("flags are for one job: name its task, or put them into the lines");
      await enqueueStdin(context, isJson);
    });
}

const details = `A line is an object with taskType, and what else of payload, target {"type", "id"}, dedupeKey, dedupe, priority, delayMs, dueAt,
deadlineMs, deadlineAt, maxAttempts is wanted. A bad line is reported with its number; the good ones go in all the same. It exits
with 1 when there was a bad one. With a dedupeKey, the same lines can be sent again without harm.`;

const exampleLines = [
  "sluice enqueue generate_topics --target conversation:support/12.json --delay 10m",
  'echo \'{"taskType":"generate_topics","target":{"type":"conversation","id":"12"}}\' | sluice enqueue',
  "sluice enqueue --json < jobs.jsonl",
];

async function enqueueOne(
  taskType: string,
  flags: EnqueueFlags,
  { terminal, withApp }: CommandContext,
): Promise<void> {
  const { builtInTasks } = await import("../../built-in-tasks.js");
  const task = builtInTasks.get(taskType);
  if (task === undefined)
    throw new WrongUseError(`unknown task ${taskType}; there are ${[...builtInTasks.keys()].join(", ")}`);
  const request = { payload: flags.payload ?? {}, target: flags.target ?? null };
  const options = {
    dedupeKey: flags.key,
    dedupe: flags.dedupe,
    priority: flags.priority,
    delayMs: flags.delay,
    dueAt: flags.at,
    deadlineMs: flags.deadline,
    maxAttempts: flags.maxAttempts,
  };
  const answer = await withApp(({ jobs }) => jobs.enqueue(task, request, options), { migrate: true });
  if (flags.json === true) terminal.printJson(answer);
  else terminal.print(`${answer.outcome} ${answer.id}`);
}
