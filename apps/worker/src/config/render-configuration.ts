import { providers } from "@sluice/handlers-ai";
import { describeVariables } from "./describe-variables.js";

/** `docs/configuration.md`, made from the schema that checks the variables. */
export function renderConfiguration(): string {
  const settings = describeVariables().map(({ name, description, range, usual, example }) => [
    `\`${name}\``,
    `${description}${example === null ? "" : ` Example: \`${example}\`.`}`,
    range === null ? "text" : range.replaceAll(/[a-z]+/g, (word) => (word === "to" ? word : `\`${word}\``)),
    usual === null ? "–" : `\`${usual}\``,
  ]);
  const models = [...providers.values()].map(
    ({ example, keyVariables, isKeyRequired, baseUrlVariable, defaultBaseUrl }) => [
      `\`${example}\``,
      keyVariables.length === 0
        ? "–"
        : `${inCode(keyVariables).join(" or ")}${isKeyRequired ? "" : ", if it asks for one"}`,
      baseUrlVariable === null ? "–" : `\`${baseUrlVariable}\``,
      defaultBaseUrl === null ? (baseUrlVariable === null ? "–" : "must be set") : `\`${defaultBaseUrl}\``,
    ],
  );
  return `${head}
${renderTable(["variable", "meaning", "values", "default"], settings)}

## Models

${modelsHead}

${renderTable(["AI_MODEL, for example", "key", "base URL", "default"], models)}
`;
}

const head = `<!-- Made from apps/worker/src/config by its tests; do not edit. To make it anew: pnpm exec vitest run --project worker src/config -u -->

# Configuration

Sluice is told everything by environment variables. A file \`.env\` in the working directory may hold them as well, one
\`NAME=value\` per line; what the environment says counts, and an empty variable counts as unset. All are checked when a command
starts, and all faults are told at once; model and prices by the two commands that ask for them, \`sluice worker\` and
\`sluice config\`. The latter shows what is set, and where; secrets are never shown.

\`AI_JOB_CONCURRENCY\`, \`AI_JOB_DELAY_MS\` and \`MAX_AI_JOB_ATTEMPTS\` have the names and the defaults that users of
\`BackgroundJobManager\` know; its polling interval, batch size and rate-limit pause are \`POLLING_INTERVAL_MS\`, \`BATCH_SIZE\` and
\`RATE_LIMIT_PAUSE_MS\`. Durations are whole milliseconds unless the name says otherwise.
`;

const modelsHead =
  "A model is `provider:model`. Its key and base URL are read from the variables of its provider:";

function inCode(names: readonly string[]): readonly string[] {
  return names.map((name) => `\`${name}\``);
}

/** With columns of one width, as the formatter wants it. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((cells) => cells[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0, fill)).join(" | ")} |`;
  return [
    line(head, " "),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rows.map((cells) => line(cells, " ")),
  ].join("\n");
}
