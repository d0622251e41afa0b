import Table from "cli-table3";
import pc from "picocolors";

/** Where a command prints. Results go to standard output, progress and warnings to standard error. */
export interface Terminal {
  /** Colours, tables and progress bars are for people; a pipe gets plain lines. */
  readonly isInteractive: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
  print(text: string): void;
  printJson(value: unknown): void;
  warn(text: string): void;
  note(text: string): void;
}

export function createTerminal({
  stdout,
  stderr,
}: Pick<NodeJS.Process, "stdout" | "stderr"> = process): Terminal {
  const isInteractive = stdout.isTTY === true && stderr.isTTY === true;
  const colors = pc.createColors(stdout.isTTY === true && process.env["NO_COLOR"] === undefined);
  return {
    isInteractive,
    colors,
    width: Math.max(60, Math.min(stdout.columns ?? 120, 160)),
    print: (text) => void stdout.write(`${printable(text)}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    warn: (text) => void stderr.write(`${colors.yellow("warning")} ${printable(text)}\n`),
    note: (text) => void stderr.write(`${printable(text)}\n`),
  };
}

export interface Column {
  readonly title: string;
  /** Share of the width that is left; without it the column takes what it needs. */
  readonly share?: number;
}

/** A table for people on a terminal, tab-separated lines in a pipe. */
export function renderTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  if (!terminal.isInteractive)
    return [columns.map(({ title }) => title), ...rows]
      .map((cells) => cells.map(oneLine).join("\t"))
      .join("\n");
  const table = new Table({
    head: columns.map(({ title }) => terminal.colors.bold(title)),
    style: { head: [], border: ["gray"] },
    wordWrap: true,
    colWidths: columnWidths(terminal.width, columns, rows),
  });
  table.push(...rows.map((cells) => cells.map(oneLine)));
  return table.toString();
}

function columnWidths(
  width: number,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): number[] {
  const border = columns.length + 1;
  const needed = columns.map(({ title, share }, index) =>
    share === undefined
      ? Math.max(title.length, ...rows.map((cells) => oneLine(cells[index] ?? "").length)) + 2
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

/** Text from targets and errors is data: it must not move the cursor or set the title of somebody's terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for; colours are kept
  return text.replace(/\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g, "");
}
