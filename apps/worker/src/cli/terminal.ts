import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import pc from "picocolors";

/** Where a command prints. Results go to standard output, progress and warnings to standard error. */
export interface Terminal {
  /** Of standard output: tables are for people, a pipe gets plain lines. */
  readonly isInteractive: boolean;
  /** Of standard error: progress bars are for people, too. */
  readonly showsProgress: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
  /** Whether the command answers in JSON: then there are no words beside it. */
  readonly isJson: boolean;
  print(text: string): void;
  printJson(value: unknown): void;
  warn(text: string): void;
  note(text: string): void;
}

interface Surroundings extends Pick<NodeJS.Process, "stdout" | "stderr"> {
  readonly env: { readonly [name: string]: string | undefined };
}

export function createTerminal(
  { stdout, stderr, env }: Surroundings = process,
  { isJson = false }: { readonly isJson?: boolean } = {},
): Terminal {
  const isInteractive = stdout.isTTY === true;
  const colors = pc.createColors(wantsColors(stdout, env));
  const errorColors = pc.createColors(wantsColors(stderr, env));
  return {
    isInteractive,
    showsProgress: stderr.isTTY === true && env["TERM"] !== "dumb",
    colors,
    width: Math.max(60, Math.min(stdout.columns ?? 120, 160)),
    isJson,
    print: (text) => void stdout.write(`${printable(text)}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    warn: (text) => sayUnlessJson(`${errorColors.yellow("warning")} ${printable(text)}`),
    note: (text) => sayUnlessJson(printable(text)),
  };

  function sayUnlessJson(line: string): void {
    if (!isJson) stderr.write(`${line}\n`);
  }
}

/** https://no-color.org */
export function wantsColors({ isTTY }: NodeJS.WriteStream, env: Surroundings["env"]): boolean {
  return isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

export interface Column {
  readonly title: string;
  /** Share of the width that is left; without it the column takes what it needs. */
  readonly share?: number;
}

/** A table for people on a terminal, tab-separated lines in a pipe. */
export function renderTable(
  terminal: Pick<Terminal, "isInteractive" | "colors" | "width">,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  if (!terminal.isInteractive)
    return [columns.map(({ title }) => title), ...rows]
      .map((cells) => cells.map(oneLine).join("\t"))
      .join("\n");
  const widths = columnWidths(terminal.width, columns, rows);
  const table = new Table({
    head: columns.map(({ title }) => terminal.colors.bold(title)),
    style: { head: [], border: terminal.colors.isColorSupported ? ["gray"] : [] },
    wordWrap: true,
    colWidths: widths,
  });
  table.push(
    ...rows.map((cells) =>
      cells.map((cell, index) => breakLongWords(oneLine(cell), (widths[index] ?? 0) - 2)),
    ),
  );
  return table.toString();
}

/** The table would cut them, and what is cut of an id cannot be copied. Colours are in short cells only. */
function breakLongWords(text: string, width: number): string {
  if (width < 1 || text.includes("\x1b")) return text;
  return text.replaceAll(new RegExp(`\\S{${width}}(?=\\S)`, "g"), "$&\n");
}

function columnWidths(
  width: number,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): number[] {
  const border = columns.length + 1;
  const needed = columns.map(({ title, share }, index) =>
    share === undefined
      ? Math.max(
          title.length,
          ...rows.map((cells) => stripVTControlCharacters(oneLine(cells[index] ?? "")).length),
        ) + 2
      : 0,
  );
  const left = Math.max(0, width - border - needed.reduce((sum, one) => sum + one, 0));
  const shares = columns.reduce((sum, { share = 0 }) => sum + share, 0);
  return columns.map(({ share }, index) =>
    share === undefined ? (needed[index] ?? 10) : Math.max(12, Math.floor((left * share) / shares)),
  );
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}

/**
 * Text from targets and errors is data: it must not move the cursor, set the title of somebody's terminal, or turn the direction
 * of what follows.
 */
function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for; colours are kept
    /\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    "",
  );
}
