import cliProgress from "cli-progress";
import type { Terminal } from "./terminal.js";

/** Shows how far something is: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  end(): void;
}

/** So many plain lines at most over the whole run. */
const plainLines = 10;

export function showProgress(
  terminal: Terminal,
  label: string,
  options: { readonly isQuiet?: boolean } = {},
): Progress {
  if (options.isQuiet === true) return { update: () => undefined, end: () => undefined };
  return terminal.isInteractive ? showBar(label) : showLines(terminal, label);
}

function showBar(label: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {value}/{total} | {rate}/s{left} {note}`,
    hideCursor: true,
    clearOnComplete: false,
  });
  const startedAt = performance.now();
  let isStarted = false;
  return {
    update(done, total, note = "") {
      const perSecond = (done / Math.max(1, performance.now() - startedAt)) * 1_000;
      const left = done === 0 || done === total ? "" : ` | ${Math.ceil((total - done) / perSecond)} s left`;
      const shown = { rate: perSecond.toFixed(perSecond < 10 ? 1 : 0), left, note };
      if (!isStarted) bar.start(total, done, shown);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, shown);
    },
    end: () => bar.stop(),
  };
}

function showLines(terminal: Terminal, label: string): Progress {
  let shown = -1;
  let last = "";
  return {
    update(done, total, note = "") {
      const step = Math.floor((done / Math.max(1, total)) * plainLines);
      const line = `${label}: ${done} of ${total}${note === "" ? "" : ` (${note})`}`;
      if (step > shown) terminal.note(line);
      else last = line;
      if (step > shown) last = "";
      shown = Math.max(shown, step);
    },
    end() {
      if (last !== "") terminal.note(last);
    },
  };
}
