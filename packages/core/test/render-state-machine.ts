import type { JobEventType } from "../src/job/job-event.js";
import {
  activeStatuses,
  type FailedStatus,
  type JobStatus,
  jobStatuses,
  terminalStatuses,
  waitingStatuses,
} from "../src/job/job-status.js";
import { isDeferral, type RunOutcomeType, runOutcomeTypes, usesAttempt } from "../src/job/run-outcome.js";
import { transitionTable } from "../src/job/transition-table.js";
import { claim, decide, outcomes, pendingJob, runEnded } from "./sample-jobs.js";

const meanings: { readonly [Status in JobStatus]: string } = {
  pending: "may be claimed from its due time on",
  retry_ai: "an attempt failed; may be claimed when the backoff is over",
  rate_limited: 'the provider said "not now"; may be claimed when its gates are open',
  processing: "held by one worker under a lease",
  completed: "done, its result committed",
  failed_ai: "attempts used up, or refused for good, or its deadline passed, or put off for too long",
  failed_payload_parsing: "the payload is not what the task needs",
  failed_job_logic: "nobody can run it, or the lease was lost on the last attempt",
  cancelled: "stopped on request",
};

const endings: { readonly [Type in RunOutcomeType]: string } = {
  succeeded: "the handler is done, and what it saved is committed",
  rate_limited: "a quota of the provider is used up; the gate closes",
  unavailable: "the provider is down or overloaded; the gate closes and probes",
  blocked: "credit spent, key refused or model unknown; the gate closes and probes",
  transient: "worth another attempt, says the handler",
  timeout: "it took longer than the handler's `timeoutMs`",
  handler_error: "the handler threw something else",
  output_invalid: "the model's answer cannot be used; asked again once, without backoff",
  permanent: "refused, filtered, too large, a bad request, the target gone",
  payload_invalid: "the task's schema refused the payload",
  unroutable: "the handler cannot run this job, and no other will",
  lease_lost: "the worker died or was cut off, and another took the job back",
  superseded:
    "the target changed while the job ran; runs again with the new content, after a backoff if it was put off before",
  released: "given back unharmed: a shutdown, or the gate closed before the call began",
  cancelled: "stopped on request",
};

const facts: { readonly [Type in JobEventType]: string } = {
  claimed: "a worker took it, under a new lease",
  "lease-renewed": "the worker is alive",
  "run-ended": "the holder of the lease says how the run ended",
  "lease-expired": "nobody renewed the lease, another worker takes the job back",
  "cancel-requested": "somebody cancelled it; a running job is asked to stop, a success still commits",
  "retry-requested": "an operator takes it back: attempts, deferrals and deadline are cleared",
  replaced: "its key was enqueued again; behind a running job the request waits for its end",
  "deadline-passed": "its deadline passed while it waited",
  "found-unroutable": "no live worker has handled its task type for too long",
};

const failedStatuses = terminalStatuses.filter((status): status is FailedStatus => status !== "completed");

/** The page about the states of a job, for operators, made from the rules themselves. */
export function renderStateMachine(): string {
  return `<!-- Made from packages/core by its tests; do not edit. To make it anew: pnpm exec vitest run --project core -u -->

# The states of a job

A job waits, is run by one worker, and ends. Whatever happens to it is one of the events below, and leads nowhere but
where the table says; what is not in the table is refused and changes nothing.

${renderDiagram()}

## Statuses

${table(
  ["status", "kind", "it means"],
  jobStatuses.map((status) => [code(status), kindOf(status), meanings[status]]),
)}

Waiting jobs are claimed when they are due and their gates are open. A terminal status is left by an operator's retry
only, and \`completed\` never.

## How a run can end

${table(
  ["outcome", "what happened", "attempt", "deferral", "next", "on the last attempt"],
  runOutcomeTypes.map((type) => {
    const first = nextStatus(type, { maxAttempts: 3 });
    const last = nextStatus(type, { maxAttempts: 1 });
    const [attempt, deferral] = [
      usesAttempt[type] ? "used" : "given back",
      isDeferral[type] ? "counted" : "–",
    ];
    return [code(type), endings[type], attempt, deferral, code(first), last === first ? "same" : code(last)];
  }),
)}

- A second \`output_invalid\` of a job ends it as \`failed_ai\`, whatever attempts are left.
- A job whose deadline has passed does not wait again: it ends as \`failed_ai\`.
- A job that is put off for more than 24 h in a row (\`maxDeferredMs\`) ends as \`failed_ai\`. Outages, blocked keys and
  daily quotas do not run that clock.
- A job that was cancelled while it ran completes if the run succeeded, and ends as \`cancelled\` otherwise.

## Events

${table(
  ["event", "what happened", "from", "to"],
  Object.entries(facts).map(([event, fact]) => [code(event), fact, ...fromAndTo(event)]),
)}
`;
}

function renderDiagram(): string {
  const lines = [
    "stateDiagram-v2",
    `state waiting {\n${indented(waitingStatuses)}\n}`,
    `state "ended without a result" as failed {\n${indented(failedStatuses)}\n}`,
    "[*] --> pending: enqueued",
    ...groupEdges("waiting", waitingStatuses),
    ...runEdges(),
    ...groupEdges("failed", failedStatuses),
    "completed --> [*]",
  ];
  return ["```mermaid", ...lines.flatMap((line) => line.split("\n")), "```"].join("\n");
}

/** One arrow for what all statuses of a group have in common, which must be everything but staying where they are. */
function groupEdges(group: string, statuses: readonly JobStatus[]): string[] {
  const edgesOf = (from: JobStatus) =>
    Object.entries(transitionTable[from]).flatMap(([event, next]) =>
      next.filter((to) => to !== from).map((to) => `${group} --> ${to}: ${event}`),
    );
  const [first = [], ...others] = statuses.map(edgesOf);
  if (others.some((edges) => edges.join() !== first.join()))
    throw new Error(`the ${group} statuses do not lead to the same ones any more: draw them one by one`);
  return first;
}

/** From \`processing\`, the outcomes of a run are the events worth showing. */
function runEdges(): string[] {
  const outcomesTo = new Map<JobStatus, string[]>();
  for (const type of runOutcomeTypes) {
    const first = nextStatus(type, { maxAttempts: 3 });
    const last = nextStatus(type, { maxAttempts: 1 });
    outcomesTo.set(first, [...(outcomesTo.get(first) ?? []), type]);
    if (last !== first) outcomesTo.set(last, [...(outcomesTo.get(last) ?? []), `${type} (last)`]);
  }
  return [...outcomesTo].map(([to, types]) => `processing --> ${to}: ${types.join(", ")}`);
}

function nextStatus(type: RunOutcomeType, { maxAttempts }: { maxAttempts: number }): JobStatus {
  const job = claim(pendingJob({ maxAttempts }));
  return decide(job, runEnded(job, outcomes[type])).next.status;
}

function fromAndTo(event: string): [from: string, to: string] {
  const ways = jobStatuses.flatMap((from) =>
    Object.entries(transitionTable[from])
      .filter(([type]) => type === event)
      .flatMap(([, next]) => next.map((to) => ({ from, to }))),
  );
  const isUnchanged = ways.every(({ from, to }) => from === to);
  return [named(ways.map(({ from }) => from)), isUnchanged ? "the same" : named(ways.map(({ to }) => to))];
}

function named(statuses: readonly JobStatus[]): string {
  const set = new Set(statuses);
  if (waitingStatuses.every((status) => set.has(status))) {
    const others = [...set].filter((status) => kindOf(status) !== "waiting");
    return ["any waiting status", ...others.map(code)].join(", ");
  }
  if (set.size === failedStatuses.length && failedStatuses.every((status) => set.has(status)))
    return "any terminal status but `completed`";
  return [...set].map(code).join(", ");
}

function kindOf(status: JobStatus): string {
  if (waitingStatuses.some((waiting) => waiting === status)) return "waiting";
  return activeStatuses.some((active) => active === status) ? "active" : "terminal";
}

/** Aligned as the formatter has it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const under = head.map(() => "");
  return [line(head, " "), line(under, "-"), ...rows.map((row) => line(row, " "))].join("\n");
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
