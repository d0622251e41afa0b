import type { jsonGate } from "../json-views.js";
import { renderTable, type Terminal } from "./terminal.js";

/** Gates as people read them: open or not, until when, why. */
export function renderGates(terminal: Terminal, gates: readonly ReturnType<typeof jsonGate>[]): string {
  const { colors } = terminal;
  const rows = gates.map(({ key, open, state, reason, pausedUntil, closedUntil }) => [
    key,
    state === "open" ? colors.green(state) : open ? colors.yellow(state) : colors.red(state),
    pausedUntil ?? closedUntil ?? "",
    reason ?? "",
  ]);
  return renderTable(
    terminal,
    [{ title: "gate" }, { title: "state" }, { title: "until" }, { title: "reason" }],
    rows,
  );
}
