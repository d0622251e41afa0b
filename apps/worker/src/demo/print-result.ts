import { renderTable, type Terminal } from "../cli/terminal.js";
import type { DemoResult } from "./find-results.js";

const shownTargets = 8;
const shownTopics = 6;
const shownProblems = 5;

/** What a newcomer wants to see of a run, on one screen. The conversations' topics, some summaries, the figures, what to try next. */
export function printResult(terminal: Terminal, result: DemoResult): void {
  const { print, colors } = terminal;
  const documents = result.targets.filter(({ type }) => type === "project_document");
  const entities = result.targets.filter(({ type }) => type === "code_entity");
  const targets = [
    ...pickSpread(documents, 3),
    ...pickSpread(entities, shownTargets - Math.min(3, documents.length)),
  ];
  if (targets.length > 0) {
    print(`\n${colors.bold("Some of what was found")}`);
    const rows = targets.map(({ id, summary, keywords }) => [id, summary, keywords.join(", ")]);
    print(
      renderTable(
        terminal,
        [
          { title: "target", share: 3 },
          { title: "summary", share: 5 },
          { title: "keywords", share: 2 },
        ],
        rows,
      ),
    );
  }
  if (result.topics.length > 0) {
    print(`\n${colors.bold("Topics of conversations")}`);
    const rows = result.topics
      .slice(0, shownTopics)
      .map((topic) => [
        topic.conversation,
        `${topic.fromMessage}–${topic.toMessage}`,
        topic.purpose,
        topic.summary,
        topic.keywords.join(", "),
      ]);
    const columns = [
      { title: "conversation", share: 3 },
      { title: "messages" },
      { title: "purpose" },
      { title: "summary", share: 5 },
      { title: "keywords", share: 2 },
    ];
    print(renderTable(terminal, columns, rows));
  }
  const jobs = Object.entries(result.jobs).map(([status, count]) => `${count} ${status}`);
  print(
    `\n${colors.bold("Jobs")}: ${jobs.join(", ")} in ${(result.durationMs / 1_000).toFixed(1)} s (${result.jobsPerSecond} per second)`,
  );
  const { problems } = result;
  if (problems.length === 0) return;
  print(`\n${colors.bold("Not read, or not wholly")}: ${problems.length}`);
  for (const problem of problems.slice(0, shownProblems)) print(`  ${problem}`);
  if (problems.length > shownProblems) print("  (--json lists them all)");
}

export function printNextCommands({ print, colors }: Terminal): void {
  const sluice = howToCall();
  const commands = [
    ["status --demo", "what waits, what runs, what holds it back"],
    ["jobs --demo", "the latest jobs"],
    ["job --demo <id>", "one job, its attempts and its result"],
    ["demo --rate-limit 600", "the same behind a provider with a quota: watch the gate close and open"],
  ];
  const lines = commands.map(
    ([command = "", meaning = ""]) => `  ${sluice} ${command.padEnd(22)} ${meaning}`,
  );
  print(`\n${colors.bold("Next")}, on what is stored now:\n${lines.join("\n")}`);
}

/** As this process was called: by a pnpm that may not be installed, or by its own name. */
function howToCall(): string {
  const pnpm = /^pnpm\/(\S+)/.exec(process.env["npm_config_user_agent"] ?? "");
  return pnpm === null ? "sluice" : `npx -y pnpm@${pnpm[1]} sluice`;
}

/** Some of them from all over, not the first ones, which all come from one folder. */
function pickSpread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return items
    .filter(
      (_, index) =>
        Math.floor((index * count) / items.length) !== Math.floor(((index - 1) * count) / items.length),
    )
    .slice(0, count);
}
