import type { TargetRef } from "@sluice/core";
import type { Command } from "commander";
import { builtInTasks as tasks } from "../../built-in-tasks.js";
import type { CommandContext } from "../context.js";
import { WrongUseError } from "../exit-code.js";

interface EnqueueFlags {
  readonly target?: string;
  readonly payload?: string;
  readonly key?: string;
  readonly priority?: string;
  readonly json?: boolean;
}

export function addEnqueueCommand(program: Command, { terminal, withApp }: CommandContext): void {
  program
    .command("enqueue")
    .description(`queue one job: ${[...tasks.keys()].join(" or ")}`)
    .argument("<task>", "the task type")
    .option("--target <type:id>", "what the job is about, project_document:README.md say")
    .option("--payload <json>", "the payload", "{}")
    .option("--key <key>", "dedupe key: while a job with it waits or runs, there is no second one")
    .option("--priority <n>", "lower goes first", "0")
    .option("--json", "print the answer as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice enqueue enrich_entity_summary_keywords --target project_document:README.md",
    )
    .action(async (type: string, flags: EnqueueFlags) => {
      const task = tasks.get(type);
      if (task === undefined)
        throw new WrongUseError(`unknown task ${type}; there are ${[...tasks.keys()].join(", ")}`);
      const payload = parsePayload(flags.payload ?? "{}");
      const target = flags.target === undefined ? null : parseTarget(flags.target);
      const options = { dedupeKey: flags.key, priority: Number(flags.priority ?? 0) };
      const answer = await withApp(({ jobs }) => jobs.enqueue(task, { payload, target }, options), {
        migrate: true,
      });
      if (flags.json === true) terminal.printJson(answer);
      else terminal.print(`${answer.outcome} ${answer.id}`);
    });
}

function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WrongUseError(`--payload is not JSON: ${text.slice(0, 80)}`, { cause });
  }
}

function parseTarget(text: string): TargetRef {
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1)
    throw new WrongUseError(`--target must be type:id, got ${JSON.stringify(text)}`);
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}
