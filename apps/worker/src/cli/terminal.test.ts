import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { createTerminal, renderTable } from "./terminal.js";

function openTerminal({ isTTY, env = {} }: { isTTY: boolean; env?: Record<string, string> }) {
  let printed = "";
  const stream = Object.assign(Object.create(process.stdout), {
    isTTY,
    columns: 100,
    write: (text: string) => {
      printed += text;
      return true;
    },
  });
  const terminal = createTerminal({ stdout: stream, stderr: stream, env });
  return { terminal, printed: () => printed };
}

const columns = [{ title: "id" }, { title: "summary", share: 1 }];

test("a terminal gets colours and frames, a pipe gets lines with tabs", () => {
  const person = openTerminal({ isTTY: true }).terminal;
  expect(person.colors.green("ok")).not.toBe("ok");
  const table = stripVTControlCharacters(renderTable(person, columns, [["1", "two\nlines"]]));
  expect(table).toContain("│ two lines");
  const pipe = openTerminal({ isTTY: false }).terminal;
  expect(pipe.colors.green("ok")).toBe("ok");
  expect(renderTable(pipe, columns, [["1", "two\nlines\tand tabs"]])).toBe(
    "id\tsummary\n1\ttwo lines and tabs",
  );
});

test("NO_COLOR, where it is not empty, and a dumb terminal mean no colour, also of frames", () => {
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
    const { terminal } = openTerminal({ isTTY: true, env });
    const text = `${terminal.colors.red("x")}${renderTable(terminal, columns, [["1", "a"]])}`;
    expect(text).toBe(stripVTControlCharacters(text));
  }
  const { terminal } = openTerminal({ isTTY: true, env: { NO_COLOR: "" } });
  expect(terminal.colors.red("x")).not.toBe("x");
});

test("a word that is too long for its column is broken, not cut", () => {
  const { terminal } = openTerminal({ isTTY: true, env: { NO_COLOR: "1" } });
  const word = "enrich_entity_summary_keywords".repeat(5);
  const table = renderTable(terminal, columns, [["1", word]]);
  expect(table.replaceAll(/[^a-z_]/g, "")).toBe(`idsummary${word}`);
});

test("text that would move the cursor, set a title or turn the reading direction is printed without its power", () => {
  const { terminal, printed } = openTerminal({ isTTY: true });
  terminal.print("a\x1b[2Jb\x1b]0;title\x07c\x9b2Jd\u202ee\x1b[31mred\x1b[39m");
  expect(printed()).toBe("a[2Jb]0;titlec2Jde\x1b[31mred\x1b[39m\n");
});
